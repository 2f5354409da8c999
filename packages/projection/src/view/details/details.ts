import { type Details, type Unavailable } from '../../answer.ts';
import { type Document } from '../../document.ts';
import { type Items } from '../../project/itemise.ts';
import { type Clock } from '../clock.ts';
import { isOver, lifecycleAt } from '../lifecycle.ts';
import { type Row } from '../rows.ts';
import { overdueIn, type Sums } from '../totals.ts';
import { lineOf } from '../usage.ts';
import { featureDetails } from './features.ts';
import { previousPeriod } from './previous.ts';
import { newestUsage } from './runway.ts';
import { subscriptionDetails } from './subscription.ts';
import { currencyTotals } from './totals.ts';
import { expiringCredits, walletDetails } from './wallets.ts';

/** What the headline already knows. */
export interface Known {
  readonly rows: readonly Row[];
  readonly sums: readonly Sums[];
  readonly unavailable: readonly Unavailable[];
}

/** What the default body has no shape for. Paused subscriptions appear here only. */
export function detailsOf(document: Document, items: Items, known: Known, clock: Clock): Details {
  const shown = document.subscriptions
    .filter((subscription) => !isOver(subscription, clock))
    .map((subscription) => {
      const life = lifecycleAt(subscription, clock);
      const previous = previousPeriod(items, subscription, life);
      return { subscription, life, previous };
    });
  const { rows, sums, unavailable } = known;
  const isNew = (line: Unavailable): boolean => !unavailable.some((other) => isSame(other, line));
  const newest = newestUsage(rows);
  return {
    customer: { locale: items.locale, timezone: document.timezone },
    subscriptions: shown.map(({ subscription, life, previous }) =>
      subscriptionDetails(items, subscription, life, previous),
    ),
    features: featureDetails(rows, newest, clock),
    totals_by_currency: sums.map((each) => currencyTotals(rows, each, newest, clock)),
    overdue: sums.flatMap(overdueIn),
    wallets: walletDetails(document, clock),
    expiring_credits: expiringCredits(document, clock),
    unavailable: [
      ...unavailable,
      ...shown
        .flatMap(({ subscription, life }) =>
          life.beyond.map((reason) => lineOf(subscription, null, reason)),
        )
        .filter(isNew),
      ...shown
        .flatMap(({ previous }) => previous?.unavailable ?? [])
        .filter(isNew)
        .map((line) => ({ ...line, reason: `previous period: ${line.reason}` })),
    ],
    conflicts: document.conflicts.listed,
    ledger_from: document.ledger_from,
  };
}

/** What ails the current period as well is said once. */
const isSame = (a: Unavailable, b: Unavailable): boolean =>
  a.subscription_id === b.subscription_id && a.charge_id === b.charge_id && a.reason === b.reason;
