import { type Micros, parseIso, type Charge, type Plan } from '@portal/billing';
import {
  type BillingEvent,
  type Entitlement,
  type PendingPlan,
  type SubscriptionSnapshot,
} from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aPlan,
  aSubscription,
  aUsage,
  aWallet,
} from '@portal/testkit';

/**
 * A golden story is a text: events in the order they are published, and between them instants, each
 * followed by what the customer sees then.
 *
 *     # a comment
 *     2026-11-03T09:15:00Z subscription.created trial_period_days=14
 *         plan = {"name": "Starter", "amount_cents": 1900}
 *     > 2026-11-05T12:00:00Z
 *       next      Starter …
 *
 * A field is JSON, an integer, an instant or plain text, as its name tells. An entity keeps the fields of
 * its last event, and its version counts up; what is never given comes from the builders of the test
 * kit. Usage happens when it is published, unless `timestamp` says otherwise.
 */
export type Step =
  /** Lines that stay as they are: comments, blanks, the text of an event. */
  | {
      readonly kind: 'text';
      readonly lines: readonly string[];
      readonly event: BillingEvent | null;
    }
  | { readonly kind: 'read'; readonly now: string };

export function parseScript(text: string): readonly Step[] {
  const steps: Step[] = [];
  const entities = new Map<string, Known>();
  const lines = text.trimEnd().split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.startsWith('> ')) {
      steps.push({ kind: 'read', now: line.slice(2) });
    } else if (/^\d/.test(line)) {
      const block = [line];
      while (lines[index + 1]?.startsWith('    ')) block.push(lines[(index += 1)] ?? '');
      const event = eventOf(block, entities, `line-${index}`);
      steps.push({ kind: 'text', lines: block, event });
    } else if (!line.startsWith('  ')) {
      steps.push({ kind: 'text', lines: [line], event: null });
    }
  }
  return steps;
}

type Values = Readonly<Record<string, unknown>>;

/** The last event of an entity. */
interface Known {
  readonly version: number;
  readonly values: Values;
}

function eventOf(
  [head = '', ...rest]: readonly string[],
  entities: Map<string, Known>,
  eventId: string,
): BillingEvent {
  const [time = '', type = '', ...inline] = head.split(' ');
  const values: Values = Object.fromEntries([...inline, ...rest].map(fieldOf));
  const occurred_at = instantOf(time);
  const [family = ''] = type.split('.');
  if (family === 'usage') {
    return aUsage({ timestamp: occurred_at, ...values }, { occurred_at, event_id: eventId });
  }
  const name = [family, values['id']].join(' ');
  const before = entities.get(name) ?? { version: 0, values: {} };
  const known: Known = {
    version: before.version + 1,
    values: { ...before.values, ...values },
  };
  entities.set(name, known);
  const snapshot = { version: known.version, ...known.values };
  const around = { occurred_at, event_type: type } as object;
  switch (family) {
    case 'customer':
      return aCustomer(snapshot, around);
    case 'subscription':
      return aSubscription(subscriptionOf(snapshot as WrittenSubscription), around);
    case 'invoice':
      return anInvoice(snapshot, around);
    case 'wallet':
      return aWallet(snapshot, around);
    default:
      throw new Error(`no such event: ${type}`);
  }
}

function fieldOf(text: string): readonly [string, unknown] {
  const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name === '') throw new Error(`not a field: ${text}`);
  if (/(_at|_start|_period_end|^timestamp)$/.test(name)) return [name, instantOf(value)];
  const isJson = /(_cents|_days|^priority|^version)$/.test(name) || /^([[{]|null$)/.test(value);
  return [name, isJson ? (JSON.parse(value) as unknown) : value];
}

function instantOf(text: string): Micros {
  const instant = parseIso(text);
  if (instant === null) throw new Error(`not an instant: ${text}`);
  return instant;
}

interface WrittenSubscription {
  readonly plan?: Partial<Plan>;
  readonly pending_plan?: (Partial<Plan> & { readonly effective_at: string }) | null;
  readonly charges?: readonly Partial<Charge>[];
  readonly entitlements?: readonly Partial<Entitlement>[];
}

function subscriptionOf(values: WrittenSubscription): Partial<SubscriptionSnapshot> {
  const { plan, pending_plan, charges, entitlements, ...rest } = values;
  return {
    ...rest,
    plan: aPlan(plan),
    pending_plan: pending_plan == null ? null : pendingOf(pending_plan),
    charges: (charges ?? []).map((charge) => aCharge(charge)),
    entitlements: (entitlements ?? []).map((entitlement) => anEntitlement(entitlement)),
  };
}

const pendingOf = ({
  effective_at,
  ...plan
}: Partial<Plan> & { readonly effective_at: string }): PendingPlan => ({
  plan: aPlan(plan),
  effective_at: instantOf(effective_at),
});
