import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Follower, type SourceBatch } from './port.ts';

/** Lets timers and sockets have their turn between chunks of long work: heartbeats leave on time. */
export const alive = async (): Promise<void> => {
  await nextTurn();
};

/**
 * Gives a batch and answers what to do next. A follower that throws breaks the port's law; its batch is
 * given again, and `failed` hears why, so that a mistake in it can neither lose a record nor kill the source.
 */
export async function giveBatch(
  follower: Follower,
  batch: SourceBatch,
  failed: (error: unknown) => void,
): Promise<'commit' | 'retry' | 'stop'> {
  try {
    return await follower.batch(batch, alive);
  } catch (error) {
    failed(error);
    return 'retry';
  }
}
