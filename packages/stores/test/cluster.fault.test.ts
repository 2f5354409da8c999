import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CustomerRef, findRow, idRow, type Parts, rowsOf } from '@portal/projection';
import {
  clusterRedis,
  createRedisStore,
  type DocumentStore,
  type LoadedRecord,
  StoreUnavailable,
} from '../src/index.ts';
import { DEFAULT_PREFIX, keysOf } from '../src/keys.ts';
import { slotOf } from '../src/slot.ts';
import { change, customer, partsOf } from './contract/subject.ts';
import { type OwnCluster, startCluster, until } from '@portal/testkit';

jest.setTimeout(120_000);

describe('when Redis Cluster changes under way', () => {
  let cluster: OwnCluster;
  let store: DocumentStore;
  let over: boolean;
  beforeEach(async () => {
    over = false;
    cluster = await startCluster();
    const connection = clusterRedis(cluster.nodes);
    store = createRedisStore({ connection, generation: 'g1', timeoutMs: 1000 });
    // Finding all nodes may take longer than the store waits, on a busy machine.
    await until('the store found the cluster', () =>
      store.load(requests).then(
        () => true,
        () => false,
      ),
    );
  });
  afterEach(async () => {
    over = true;
    await store.close();
    await cluster.stop();
  });

  const refs = Array.from({ length: 600 }, (_, index) => customer(index));
  /** So many that none of them is ever full. */
  const SHARDS = 8;
  const shardNames = Array.from({ length: SHARDS + 1 }, (_, n) => `d:${n}`);
  const requests = refs.map((ref) => ({ ref, fields: ['f', ...shardNames] }));

  const bytesAt = (version: number): string =>
    String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => (byte + version) & 255));
  const FIRST = 20_000;
  const hashAt = (version: number): string =>
    `\x80hash${String.fromCharCode(version >> 8)}ÿ${String.fromCharCode(version & 255)}`;
  /** One id a version, some of each shard. */
  const shardAt = (version: number): number => 1 + (version % SHARDS);
  const assumedAt = (version: number) =>
    new Map([[shardAt(version), [idRow(hashAt(version), FIRST + version, version)]]]);

  /** `u` is in every change, `w` in every other one: in between it stays. */
  const partsAt = (ref: CustomerRef, version: number): Parts => {
    const even = version - (version % 2);
    const wallets = even === 0 ? {} : { w: `v${even} of ${ref}` };
    return partsOf({ u: `v${version} of ${ref}`, ...wallets });
  };

  /** Which change a record holds; it is one whole change of its own customer. */
  function wholeVersion({ ref, vector, parts, fields }: LoadedRecord): number {
    const version = Number(vector.slice(1));
    if (version === 0) return 0;
    expect(parts).toEqual(partsAt(ref, version));
    expect(fields.get('f')).toBe(`${vector} of ${ref}`);
    expect(fields.get('d:0') === bytesAt(version)).toBe(true);
    const shards = Array.from({ length: SHARDS }, (_, n) => fields.get(`d:${n + 1}`) ?? '');
    expect(shards.flatMap(rowsOf)).toHaveLength(version);
    for (let each = version; each > 0; each -= 1) {
      const shard = shards[shardAt(each) - 1] ?? '';
      expect(findRow(shard, hashAt(each))).toEqual({ day: FIRST + each, content: each });
    }
    return version;
  }

  const versions = async (): Promise<readonly number[]> =>
    (await store.load(requests)).map(wholeVersion);

  /** Takes every customer one change further, on top of whatever is stored. */
  async function round(): Promise<readonly number[]> {
    const next = (await versions()).map((before, index) => {
      const ref = refs[index]!;
      const version = before + 1;
      const vector = `v${version}`;
      const text = `${vector} of ${ref}`;
      return change(ref, {
        ...{ expected: before === 0 ? '' : `v${before}`, vector },
        parts: partsOf(version % 2 === 0 ? { u: text, w: text } : { u: text }),
        set: new Map([
          ['f', text],
          ['d:0', bytesAt(version)],
        ]),
        assumed: assumedAt(version),
      });
    });
    const results = await store.apply(next);
    return results.map((result) => (result === 'applied' ? 1 : 0));
  }

  it('follows slots that move to another master, with every change applied exactly once', async () => {
    const [first, second] = cluster.masters;
    await round();
    const move = { done: false };
    const moved = cluster.reshard(first!, second!, 400).finally(() => {
      move.done = true;
    });
    let applied = refs.map(() => 1);
    let rounds = 0;
    while (!over && (!move.done || rounds < 3)) {
      const results = await round();
      applied = applied.map((sum, index) => sum + results[index]!);
      rounds += 1;
    }
    await moved;
    expect(await versions()).toEqual(applied);
    const slots = refs.map((ref) => slotOf(keysOf(DEFAULT_PREFIX, 'g1').record(ref)));
    const affected = slots.filter((slot) => slot < 400);
    expect(affected.length).toBeGreaterThan(0);
    for (const slot of affected) {
      expect(await second!.command('cluster', 'countkeysinslot', String(slot))).toBeGreaterThan(0);
    }
  });

  it('names its servers only when all of them are named, after the death of one also', async () => {
    const before = await store.servers();
    expect(before.size).toBe(3);
    cluster.masters[0]!.signal('SIGKILL');
    const sizes = new Set<number>();
    for (let now = before; !over && [...now].every((name) => before.has(name));) {
      now = await store.servers().catch(() => before);
      sizes.add(now.size);
    }
    expect([...sizes]).toEqual([3]);
  });

  it('comes through the death of a master, and ends with whole records', async () => {
    for (let n = 0; n < 3; n += 1) await round();
    cluster.masters[0]!.signal('SIGKILL');
    const failures: unknown[] = [];
    let good = 0;
    while (!over && (failures.length === 0 || good < 3)) {
      await round().then(
        () => {
          good += 1;
        },
        (error: unknown) => {
          good = 0;
          failures.push(error);
        },
      );
    }
    expect(failures.every((error) => error instanceof StoreUnavailable)).toBe(true);
    expect(Math.min(...(await versions()))).toBeGreaterThanOrEqual(3);
  });
});
