import type { Unavailable } from '@portal/projection';

/** The server's reasons are written for engineers; these are the same for a customer. */
const REASONS: readonly (readonly [known: RegExp, text: string])[] = [
  [/^unknown charge model/, 'This kind of price is not known here yet.'],
  [/^unknown aggregation/, 'This way of counting usage is not known here yet.'],
  [/ needs (points|unique events)/, 'Its usage was not reported in the form its price needs.'],
  [/^amount_cents is missing on/, 'Some of its usage was reported without a price.'],
  [/ is older than the priced periods$/, 'Usage of so long ago is no longer kept.'],
  [/ more than an amount can hold$/, 'The amount is too large to be shown.'],
  [/ is (missing|empty|not an? )/, 'Its price is not set up completely.'],
];

/** Lines about the period before the current one begin like this. */
const PREVIOUS = 'previous period: ';

/** Why something could not be computed, in plain words. */
export function reasonText(reason: string): string {
  const bare = reason.startsWith(PREVIOUS) ? reason.slice(PREVIOUS.length) : reason;
  return REASONS.find(([known]) => known.test(bare))?.[1] ?? 'It could not be worked out.';
}

/** What is said of a subscription as a whole, once each: the period before, or the current one. */
export function subscriptionReasons(
  unavailable: readonly Unavailable[],
  subscription: string,
  period: 'current' | 'previous',
): readonly string[] {
  const own = unavailable.filter(
    ({ subscription_id, feature_code, charge_id, reason }) =>
      subscription_id === subscription &&
      feature_code === null &&
      (period === 'previous'
        ? reason.startsWith(PREVIOUS)
        : charge_id === null && !reason.startsWith(PREVIOUS)),
  );
  return [...new Set(own.map(({ reason }) => reasonText(reason)))];
}
