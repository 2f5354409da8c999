import { type Conflict } from '../answer.ts';
import { type Family } from '../coordinates.ts';
import { type Dict } from '../dict.ts';
import { type DocumentConflicts } from '../document.ts';
import { customerIdOf } from '../ids.ts';
import { type Entity, isConflict, type Sighting } from '../state/entity.ts';
import { CONFLICTS_MAX, type State } from '../state/state.ts';

type Versioned = Pick<Entity<unknown>, 'version' | 'seen'>;

/** What was sent with several contents: the customer first, then by family and id. */
export function conflictsIn({ ref, customer, ...state }: State): DocumentConflicts {
  const { invoices, usage } = state;
  const all: readonly Conflict[] = [
    ...own('customer', 'customers', customer === null ? {} : { [customerIdOf(ref)]: customer }),
    ...own('subscription', 'subscriptions', state.subscriptions),
    ...own('invoice', 'invoices', invoices.conflicts.listed),
    ...own('wallet', 'wallets', state.wallets),
    ...Object.entries(usage.conflicts).map(([id, { seen }]) =>
      conflictOf('usage', 'usage', id, null, seen),
    ),
  ];
  const listed = all.slice(0, CONFLICTS_MAX);
  const unlisted = invoices.conflicts.count - Object.keys(invoices.conflicts.listed).length;
  return { listed, more: all.length - listed.length + unlisted };
}

/** Both are states of one customer. */
export const hasSameConflicts = (a: State, b: State): boolean =>
  a.customer === b.customer &&
  a.subscriptions === b.subscriptions &&
  a.wallets === b.wallets &&
  a.invoices.conflicts === b.invoices.conflicts &&
  a.usage.conflicts === b.usage.conflicts;

const own = (
  entity: Conflict['entity'],
  family: Family,
  entities: Dict<Versioned>,
): readonly Conflict[] =>
  Object.entries(entities)
    .filter(([, one]) => isConflict(one))
    .map(([id, { version, seen }]) => conflictOf(entity, family, id, version, seen));

const conflictOf = (
  entity: Conflict['entity'],
  family: Family,
  id: string,
  version: number | null,
  seen: readonly Sighting[],
): Conflict => ({
  entity,
  id,
  version,
  events: seen.map(({ partition, offset }) => `${family}/${partition}@${offset}`),
});
