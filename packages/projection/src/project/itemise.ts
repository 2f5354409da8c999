import { type Period } from '@portal/billing';
import { type Dict, fromEntries } from '../dict.ts';
import { itemiseCharge, type ItemisedCharge } from '../pricing/itemise.ts';
import { type Priceable } from '../pricing/series.ts';
import { type Issued, type State, type UsageState } from '../state/state.ts';
import { type Ground, groundsOf, idleGround, settledCharge, totalsIn } from './ground.ts';

/** What only details tell, above all how amounts came about: made from the head, never stored. */
export interface Items {
  /** The customer's `portal_locale`, as the event gave it. */
  readonly locale: string | null;
  /** subscription id → one entry for each period it has priced usage of. */
  readonly periods: Dict<readonly ItemisedPeriod[]>;
  /** subscription id → a period without usage of its own. */
  readonly idle: Dict<readonly ItemisedCharge[]>;
  /** subscription id → when invoices that name it went out. */
  readonly issued: Dict<Issued>;
}

/** One result per charge, in the order of the terms. */
export type ItemisedPeriod = Period & { readonly charges: readonly ItemisedCharge[] };

/** Agrees with what `project` makes of the same state: amounts, units and reasons are the same. */
export function itemise(state: State): Items {
  const { usage } = state;
  const snapshots = Object.values(state.subscriptions).flatMap(({ snapshot }) => snapshot ?? []);
  return {
    locale: state.customer?.snapshot?.portal_locale ?? null,
    periods: fromEntries(snapshots.map((each) => [each.id, periodsOf(usage, each)] as const)),
    idle: fromEntries(
      snapshots.map((each) => [each.id, itemsOf(usage, idleGround(usage, each), each)] as const),
    ),
    issued: state.invoices.issued,
  };
}

const periodsOf = (usage: UsageState, subscription: Priceable): readonly ItemisedPeriod[] =>
  groundsOf(usage, subscription).map((ground) => ({
    ...ground.period,
    charges: itemsOf(usage, ground, subscription),
  }));

const itemsOf = (
  usage: UsageState,
  ground: Ground,
  subscription: Priceable,
): readonly ItemisedCharge[] =>
  subscription.charges.map(
    (charge, index) =>
      settledCharge(usage, ground, charge, index) ??
      itemiseCharge(charge, totalsIn(ground, charge.metric_code, subscription), ground.period),
  );
