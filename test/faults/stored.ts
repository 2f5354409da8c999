import { type CustomerRef, DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore } from '@portal/stores';
import { type Corner } from '../e2e/corner.ts';
import { eventually } from '../e2e/process.ts';

/** Every customer's head and vector as stored, once all partitions are folded to `count` records. */
export async function storedOf(
  { redis: connection, prefix }: Pick<Corner, 'redis' | 'prefix'>,
  refs: readonly CustomerRef[],
  count: number,
) {
  const generation = generationOf(DEFAULT_SETTINGS);
  const store = createRedisStore({ connection, prefix, generation });
  try {
    await eventually(
      async () => [...(await store.watermarks()).values()].reduce((sum, { next }) => sum + next, 0),
      (folded) => folded >= count,
    );
    return (await store.load(refs.map((ref) => ({ ref, fields: [] })))).map((record) => [
      record.ref,
      record.vector,
      record.head,
    ]);
  } finally {
    await store.close();
  }
}
