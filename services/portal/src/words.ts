import { type Unavailable } from './api.ts';
import { type PlainKey } from './speech/messages.ts';

/** The server's reasons are written for engineers; these messages are the same for a customer. */
const REASONS: readonly (readonly [known: RegExp, key: PlainKey])[] = [
  [/^unknown charge model/, 'reason.model'],
  [/^unknown aggregation/, 'reason.aggregation'],
  [/ needs (?:either )?(?:points|unique events|events of kind)/, 'reason.form'],
  [/^recurring has no meaning| cannot be recurring$| needs the aggregation /, 'reason.setUp'],
  [/^amount_cents is missing on/, 'reason.noPrice'],
  [/^ledger_cap: /, 'reason.tooMuch'],
  [/^period_not_kept: /, 'reason.notKept'],
  [/^history_trimmed: /, 'reason.historyGone'],
  [/ more than an amount can hold$/, 'reason.tooLarge'],
  [/ is (missing|empty|not an? |not positive)/, 'reason.setUp'],
];

/** Lines about the period before the current one begin like this. */
const PREVIOUS = 'previous period: ';

/** Why something could not be computed, in plain words. */
export function reasonKey(reason: string): PlainKey {
  const bare = reason.startsWith(PREVIOUS) ? reason.slice(PREVIOUS.length) : reason;
  return REASONS.find(([known]) => known.test(bare))?.[1] ?? 'reason.other';
}

/** A message, and the server's own words that it stands for. */
export interface Told {
  readonly key: PlainKey;
  readonly reasons: readonly string[];
}

/** What is said of a subscription as a whole, once each: the period before, or the current one. */
export function subscriptionReasons(
  unavailable: readonly Unavailable[],
  subscription: string,
  period: 'current' | 'previous',
): readonly Told[] {
  const own = unavailable.filter(
    ({ subscription_id, feature_code, charge_id, reason }) =>
      subscription_id === subscription &&
      feature_code === null &&
      (period === 'previous'
        ? reason.startsWith(PREVIOUS)
        : charge_id === null && !reason.startsWith(PREVIOUS)),
  );
  return toldOnce(own.map(({ reason }) => ({ key: reasonKey(reason), reason })));
}

/** The same message is said once, however many reasons lead to it. */
export function toldOnce(
  lines: readonly { readonly key: PlainKey; readonly reason: string }[],
): readonly Told[] {
  const told = new Map<PlainKey, Set<string>>();
  for (const { key, reason } of lines) {
    const reasons = told.get(key) ?? new Set();
    told.set(key, reasons.add(reason));
  }
  return [...told].map(([key, reasons]) => ({ key, reasons: [...reasons] }));
}
