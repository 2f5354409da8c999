import { partitionName, type Place } from '@portal/projection';
import { brokerOffset, historyOf, offsetText } from '../logical.ts';
import { type HistoryFound } from '../notice.ts';
import { type PartitionRange } from '../port.ts';
import { type AcceptedHistory } from './decisions.ts';

/** What of a partition must still be in its log. */
export interface Folded extends Place {
  /** First offset not folded. */
  readonly next: number;
}

export type Judged =
  /** Reading may go on, at this offset or behind it. */
  | { readonly kind: 'goes_on'; readonly begin: number }
  /** Offsets before the begin are gone, and were not folded: the caller says whether that history counts as lost. */
  | { readonly kind: 'trimmed'; readonly wanted: number; readonly begin: number }
  | { readonly kind: 'changed'; readonly found: HistoryFound };

/**
 * Compares what was folded with the log as it is now, by offsets alone. `range` is in the offsets of the accepted
 * history. What was folded and is only trimmed away is no loss.
 */
export function judge(folded: Folded, accepted: AcceptedHistory, range: PartitionRange): Judged {
  const { next } = folded;
  const { begin, end } = range;
  const own = historyOf(next);
  const shape = { wanted: next, begin: brokerOffset(begin), end: brokerOffset(end) };
  if (own > accepted.history) {
    return { kind: 'changed', found: { kind: 'undecided', history: own, ...shape } };
  }
  // A person accepted another log: of the one before nothing is wanted any more.
  const isEarlier = own < accepted.history;
  if (!isEarlier && next > end) {
    return { kind: 'changed', found: { kind: 'shorter', history: own, ...shape } };
  }
  const wanted = Math.max(isEarlier ? 0 : brokerOffset(next), accepted.begin);
  return brokerOffset(begin) <= wanted
    ? { kind: 'goes_on', begin }
    : { kind: 'trimmed', wanted, begin };
}

/** For people: what is the matter with a partition, and what was expected. */
export function historyText(at: Place, found: HistoryFound): string {
  const where = `${partitionName(at)}@${offsetText(found.wanted)}`;
  switch (found.kind) {
    case 'gone':
      return (
        `folded up to ${where}, but there is no such partition any more: ` +
        'make the topic anew with as many partitions (setup --partitions) and accept it (history accept)'
      );
    case 'shorter':
      return `folded up to ${where}, but the log ends at ${found.end}: it was made again or cut`;
    case 'other_record':
      return (
        `folded up to ${where}, but the log holds another record at ${brokerOffset(found.offset)}` +
        ` (${found.begin} to ${found.end}): it was made again`
      );
    case 'trimmed':
      return `folded up to ${where}, but the log begins at ${found.begin}: what lies between is lost`;
    case 'undecided':
      return `folded up to ${where}, but no decision tells of that history: <prefix>.decisions lost records`;
    default:
      return found satisfies never;
  }
}
