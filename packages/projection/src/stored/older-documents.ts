import { type Micros } from '@portal/billing';
import {
  type Document,
  type DocumentCharge,
  type DocumentSubscription,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';

/** By codec version: what today's document is of one that an older generation holds. */
export const OLDER_DOCUMENTS: ReadonlyMap<string, (stored: unknown) => Document> = new Map([
  ['2', (stored) => withoutNews(stored as DocumentV2)],
  ['3', (stored) => withoutRanges(stored as DocumentV3)],
  ['4', (stored) => withKept(stored as DocumentV4)],
]);

/** Version 4 knew the newest usage of the customer, and the period that holds it and the one before. */
interface DocumentV4 extends Omit<Document, 'ledger_from' | 'subscriptions'> {
  readonly usage_mark: Micros | null;
  readonly subscriptions: readonly SubscriptionV4[];
}

interface SubscriptionV4 extends Omit<
  DocumentSubscription,
  'kept' | 'gaps' | 'periods' | 'charges' | 'without_usage'
> {
  readonly idle: PricedUsage;
  readonly charges: readonly Omit<DocumentCharge, 'recurring'>[];
  readonly periods: readonly Omit<PricedPeriod, 'newest'>[];
}

const withKept = ({ usage_mark: mark, subscriptions, ...stored }: DocumentV4): Document => ({
  ...stored,
  ledger_from: null,
  subscriptions: subscriptions.map(({ periods, charges, idle, ...subscription }) => ({
    ...subscription,
    charges: charges.map((charge) => ({ ...charge, recurring: false })),
    kept: mark === null ? null : keptUpTo(mark),
    periods: periods.map((period) => ({
      ...period,
      newest: mark !== null && period.start <= mark ? earlier(mark, period.end) : null,
    })),
    gaps: [],
    without_usage: idle,
  })),
});

const earlier = (a: Micros, b: Micros): Micros => (a < b ? a : b);

/** Its periods were found or not kept; what begins behind the newest usage has none. */
function keptUpTo(mark: Micros): DocumentSubscription['kept'] {
  const from = (mark + 1) as Micros;
  return { from, until: null, without_usage_from: from };
}

/** Version 3 listed 100 holes and folded nothing more: `frozen`. Those holes are still told. */
interface DocumentV3 extends Omit<DocumentV4, 'hole_ranges'> {
  readonly frozen: boolean;
}

const withoutRanges = ({ frozen, ...stored }: DocumentV3): Document =>
  withKept({ ...stored, hole_ranges: [] });

/** Version 2 knew neither the end of a named period nor conflicts. */
interface DocumentV2 extends Omit<DocumentV3, 'subscriptions' | 'conflicts'> {
  readonly subscriptions: readonly Omit<SubscriptionV4, 'current_period_end'>[];
}

const withoutNews = (stored: DocumentV2): Document =>
  withoutRanges({
    ...stored,
    subscriptions: stored.subscriptions.map((each) => ({ ...each, current_period_end: null })),
    conflicts: { listed: [], more: 0 },
  });
