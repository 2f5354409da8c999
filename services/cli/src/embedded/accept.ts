import { setTimeout as sleep } from 'node:timers/promises';
import { type Progress, type Projector, recordsRemaining } from '@portal/projector';
import { createEventAppender } from '@portal/streams';

/** How long `POST /events` waits for its events to be projected before it answers all the same. */
const PROJECTED_WITHIN_MS = 2_000;
const POLL_MS = 20;

/** Appends events to the log file and waits a while for the projector to have folded them. */
export function acceptInto(
  log: string,
  projector: Projector,
): (lines: readonly string[]) => Promise<boolean> {
  const append = createEventAppender(log);
  const endOf = ({ partitions }: Progress): number =>
    partitions.reduce((sum, { end }) => sum + end, 0);
  return async (lines) => {
    const before = endOf(await projector.progress());
    await append(lines);
    const until = performance.now() + PROJECTED_WITHIN_MS;
    while (performance.now() < until) {
      const progress = await projector.progress();
      const read = endOf(progress) >= before + lines.length;
      if (read && recordsRemaining(progress.partitions, progress.partitions) === 0) return true;
      await sleep(POLL_MS);
    }
    return false;
  };
}
