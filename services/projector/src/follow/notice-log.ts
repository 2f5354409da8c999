import { createQuietLog, type Logger } from '@portal/runtime';
import { type StreamNotice } from '@portal/streams';

/** Writes what the source tells: one line a cause and minute, whichever of its partitions it is. */
export function noticeLog(logger: Logger): (notice: StreamNotice) => void {
  const log = createQuietLog(logger);
  return (notice) => {
    log.warn(causeOf(notice), notice, MESSAGES[notice.kind]);
  };
}

/** A batch that cannot be read stands at its place; of everything else one line speaks for all partitions. */
const causeOf = (notice: StreamNotice): string =>
  'partition' in notice && STANDS_ALONE.has(notice.kind)
    ? `${notice.kind} ${notice.family}/${notice.partition}`
    : notice.kind;

const STANDS_ALONE: ReadonlySet<StreamNotice['kind']> = new Set([
  'unreadable',
  'stalled',
  'history_changed',
  'history_goes_on',
]);

const MESSAGES = {
  broker_away: 'Kafka cannot be used: tried again',
  registry_away: 'the schema registry is not reached: partitions that need a schema wait',
  unreadable: 'a batch cannot be read here: its partition waits',
  batch_failed: 'a batch was not written: it is given again',
  stalled: 'a partition has records and does not move',
  history_changed: 'a topic is not the one that was folded: its partition waits for a decision',
  topic_missing: 'a topic is not there: its partitions wait until it is made',
  history_goes_on: 'a partition that waited for a decision goes on',
  decision_unreadable: 'a decision cannot be read: it decides nothing',
  restarting: 'the consumer joins its group again',
  not_committed: "the group's offset was not written: it is written with the next batch",
} as const satisfies Record<StreamNotice['kind'], string>;
