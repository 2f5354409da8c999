import {
  type BillingEvent,
  type CustomerRef,
  customerRef,
  DEFAULT_SETTINGS,
  type Document,
  emptyState,
  type Entry,
  fold,
  foreseenFields,
  isIdField,
  project,
  type State,
} from '@portal/projection';
import { type Batch } from './batches.ts';

interface Customer {
  readonly state: State;
  /** Side fields as a store would have them, but for event ids: each is sent once here, so all are assumed to be absent. */
  readonly fields: Map<string, string>;
  readonly document: Document | null;
}

/** Every customer's record in this process's memory. */
export interface Memory {
  /** Folds a batch and projects each customer that is in it, as the projector does between load and apply. */
  readonly take: (batch: Batch, events: readonly BillingEvent[]) => void;
  readonly customers: ReadonlyMap<CustomerRef, Customer>;
}

export function createMemory(): Memory {
  const customers = new Map<CustomerRef, Customer>();
  return {
    customers,
    take: (batch, events) => {
      for (const [ref, entries] of entriesOf(batch, events)) {
        const before = customers.get(ref) ?? {
          ...{ state: emptyState(ref), fields: new Map<string, string>(), document: null },
        };
        customers.set(ref, folded(before, entries));
      }
    },
  };
}

function entriesOf({ partition, from }: Batch, events: readonly BillingEvent[]) {
  const entries = new Map<CustomerRef, Entry[]>();
  events.forEach((event, index) => {
    const ref = customerRef(event.organization_id, event.customer_id);
    const at = { family: event.family, partition, offset: from + index };
    const list = entries.get(ref);
    if (list === undefined) entries.set(ref, [{ kind: 'event', at, event }]);
    else list.push({ kind: 'event', at, event });
  });
  return entries;
}

function folded(before: Customer, entries: readonly Entry[]): Customer {
  const { state, fields } = before;
  const loaded = new Map<string, string | null>();
  let wanted = foreseenFields(entries, state, true);
  for (;;) {
    for (const name of wanted) loaded.set(name, fields.get(name) ?? null);
    const result = fold(state, loaded, entries, DEFAULT_SETTINGS, true);
    switch (result.kind) {
      case 'needs':
        wanted = result.fields;
        continue;
      case 'folded':
        for (const [name, text] of result.set) if (!isIdField(name)) fields.set(name, text);
        for (const name of result.remove) fields.delete(name);
        return {
          state: result.state,
          fields,
          document: project(result.state, DEFAULT_SETTINGS, before),
        };
      case 'erased':
        throw new Error('no customer of the benchmarks is erased');
      default:
        result satisfies never;
    }
  }
}
