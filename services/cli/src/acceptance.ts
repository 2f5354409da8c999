import { type Decision, type HistoryAccepted } from '@portal/contracts';
import { brokerOffset, type HistoryFound, historyOf, type PartitionRange } from '@portal/streams';

export type Acceptance =
  | { readonly kind: 'accept'; readonly accepted: HistoryAccepted }
  | { readonly kind: 'nothing_to_do'; readonly why: string }
  /** It is there again, and what it is now only a projector tells. */
  | { readonly kind: 'not_looked_at'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * What has to be decided so that a partition of which this was found goes on. `range` is the partition as it is now,
 * in the numbers of what was decided already; so of two who accept the same change the second finds nothing to do,
 * and when both do it at once they decide the same.
 */
export function acceptanceOf(
  found: HistoryFound,
  detail: string,
  range: PartitionRange,
  decisions: readonly Decision[],
): Acceptance {
  const { family, partition } = range;
  const present = historyOf(range.begin);
  const begin = brokerOffset(range.begin);
  const accept = (history: number): Acceptance => ({
    kind: 'accept',
    accepted: { family, partition, history, begin, found: detail.slice(0, 1_000) },
  });
  switch (found.kind) {
    case 'gone':
      return { kind: 'not_looked_at', why: UNCHECKED };
    case 'shorter':
    case 'other_record':
      return present > found.history ? DECIDED : accept(found.history + 1);
    case 'undecided':
      return present >= found.history ? DECIDED : accept(found.history);
    case 'trimmed':
      return decisions.some((decision) => accepts(decision, range, begin))
        ? DECIDED
        : accept(present);
    default:
      return found satisfies never;
  }
}

const UNCHECKED =
  'no projector has looked at it since it is there again: one that runs does so within seconds, then accept it';

const DECIDED: Acceptance = {
  kind: 'nothing_to_do',
  why: 'accepted already: the projector goes on within seconds',
};

function accepts(decision: Decision, range: PartitionRange, begin: number): boolean {
  if (decision.decision_type !== 'history.accepted') return false;
  const { family, partition, history, begin: given } = decision.history_accepted;
  return (
    family === range.family &&
    partition === range.partition &&
    history === historyOf(range.begin) &&
    given >= begin
  );
}
