import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Follower, type SourceBatch } from './port.ts';

/** Lets timers and sockets have their turn between chunks of long work: heartbeats leave on time. */
export const alive = async (): Promise<void> => {
  await nextTurn();
};

/**
 * Gives batches and answers what to do next. A follower that throws breaks the port's law; its batches are
 * given again, and `failed` hears why, so that a mistake in it can neither lose a record nor kill the source.
 */
export async function giveBatches(
  follower: Follower,
  batches: readonly SourceBatch[],
  failed: (error: unknown) => void,
): Promise<'commit' | 'retry' | 'stop'> {
  try {
    return await follower.take(batches, alive);
  } catch (error) {
    failed(error);
    return 'retry';
  }
}
