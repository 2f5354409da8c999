import { backoff, orAborted, sleep } from '@portal/async';
import { type Follower, type Following } from '../port.ts';
import { type KafkaConnection, openKafka } from './client.ts';
import { type KafkaLog } from './log.ts';
import { openSession, type Session } from './session.ts';
import { kafkaMessageOf } from './trouble.ts';

/** Attempts in a row without one committed batch: about ten minutes of waiting in all. */
const RESTARTS_MAX = 60;
const FIRST_RESTART_MS = 500;
const LONGEST_RESTART_MS = 10_000;
/** A session that lived this long was healthy, also when no event came. */
const HEALTHY_MS = 120_000;

/**
 * Follows in a consumer group until stopped, once it is known which. A session that fails is replaced, with
 * growing pauses; after too many in a row, or when trying again cannot help, `ended` resolves with the reason.
 */
export function followKafka(
  connection: KafkaConnection,
  log: KafkaLog,
  groupOf: string | Promise<string>,
  follower: Follower,
): Following {
  const stopping = new AbortController();
  let gaveUp: (end: { reason: string }) => void = () => undefined;
  const ended = new Promise<{ reason: string }>((resolve) => {
    gaveUp = resolve;
  });

  const known = (group: string | Promise<string>): Promise<string | null> =>
    Promise.resolve(group).catch((error: unknown) => {
      gaveUp({ reason: kafkaMessageOf(error) });
      return null;
    });

  let present: Session | null = null;
  const run = async (): Promise<void> => {
    const groupId = await unlessStopped(known(groupOf), stopping.signal);
    if (groupId === null) return;
    let attempt = 0;
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      const session = openSession(await openKafka(connection), log, groupId, follower);
      present = session;
      const end = await unlessStopped(session.ended, stopping.signal);
      await session.stop();
      if (end === null) return;
      if (end.kind === 'topics_changed') {
        log.notice({ kind: 'restarting', reason: end.reason, attempt: 0, in_ms: 0 });
        continue;
      }
      if (session.moved() || Date.now() - startedAt > HEALTHY_MS) attempt = 0;
      attempt += 1;
      if (end.kind === 'impossible' || attempt > RESTARTS_MAX) {
        gaveUp({ reason: end.reason });
        return;
      }
      const in_ms = backoff(attempt - 1, FIRST_RESTART_MS, LONGEST_RESTART_MS);
      log.notice({ kind: 'restarting', reason: end.reason, attempt, in_ms });
      await sleep(in_ms, stopping.signal);
    }
  };
  const running = run();
  return {
    ended,
    held: () => present?.held() ?? [],
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** null when the signal aborts first. */
async function unlessStopped<Value>(
  value: Promise<Value>,
  signal: AbortSignal,
): Promise<Value | null> {
  const ended = await orAborted(value, signal);
  return ended.kind === 'done' ? ended.value : null;
}
