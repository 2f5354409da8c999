import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CustomerRef } from '@portal/projection';
import { type OwnRedis, startRedis, until } from '@portal/testkit';
import {
  createRedisReader,
  type DocumentLookup,
  type DocumentReader,
  keysOf,
  singleRedis,
} from '../src/index.ts';
import { A, customer } from './contract/subject.ts';
import { startRelay } from './relay.ts';

jest.setTimeout(120_000);

/** What tracking.ts promises, milliseconds; and how late a busy machine may be in looking at the clock. */
const LEASE_MS = 1_000;
const LATE_MS = 250;

/** Lets what has arrived be heard. */
const turn = promisify(setImmediate);

type Found = Extract<DocumentLookup, { readonly kind: 'found' }>;

describe('what the reader read', () => {
  let redis: OwnRedis;
  let reader: DocumentReader;
  const keyOf = (ref: CustomerRef, generation = 'g1') => keysOf('portal', generation).document(ref);
  const write = (text: string, ref = A) => redis.command('set', keyOf(ref), text);
  const point = (generation: string) => redis.command('set', 'portal:live', generation);

  /** Once it is watched. */
  const watched = async (ref = A): Promise<Found & { isUnchanged: () => boolean }> => {
    let found: DocumentLookup | null = null;
    await until('what was read is watched', async () => {
      found = await reader.document(ref);
      return found.kind === 'found' && found.isUnchanged?.() === true;
    });
    return found as unknown as Found & { isUnchanged: () => boolean };
  };
  const changed = ({ isUnchanged }: { isUnchanged: () => boolean }) =>
    until('it is known that it changed', () => Promise.resolve(!isUnchanged()));

  beforeEach(async () => {
    redis = await startRedis();
    reader = createRedisReader({ connection: singleRedis(redis.url), budgetMs: 1_000 });
    await point('g1');
    await write('first');
  });
  afterEach(async () => {
    await reader.close();
    await redis.stop();
  });

  it('is unchanged while nothing is written, and while other customers are', async () => {
    const found = await watched();
    await write('other', customer(2));
    // Longer than a lease: it is renewed.
    await twoLeases();
    expect(found.isUnchanged()).toBe(true);
    expect(found.document).toBe('first');
  });

  const signal = (name: 'SIGKILL' | 'SIGSTOP'): Promise<void> => {
    redis.signal(name);
    return Promise.resolve();
  };
  const twoLeases = (): Promise<unknown> => {
    const end = performance.now() + 2 * LEASE_MS;
    return until('two leases have passed', () => Promise.resolve(performance.now() > end));
  };

  const CHANGES: Readonly<Record<string, () => Promise<unknown>>> = {
    'it is written': () => write('second'),
    'it is written as it was': () => write('first'),
    'it is deleted': () => redis.command('del', keyOf(A)),
    'another generation is live': () => point('g2'),
    'nothing is live': () => redis.command('del', 'portal:live'),
    'all is flushed': () => redis.command('flushall'),
    'the connection that tells is closed': () => redis.command('client', 'kill', 'type', 'pubsub'),
    'the connection that reads is closed': () => redis.command('client', 'kill', 'type', 'normal'),
    'the server is killed': () => signal('SIGKILL'),
    'the server is frozen': () => signal('SIGSTOP'),
  };
  it.each(Object.entries(CHANGES))('is not said to be unchanged once %s', async (_what, make) => {
    const found = await watched();
    await make();
    await changed(found);
    redis.signal('SIGCONT');
  });

  it('is not said to be unchanged when the server has no room to remember who read it', async () => {
    await redis.command('config', 'set', 'tracking-table-max-keys', '3');
    const customers = Array.from({ length: 40 }, (_, number) => customer(number + 10));
    for (const ref of customers) await write('first', ref);
    await watched();
    for (let round = 1; round <= 5; round += 1) {
      const found: Found[] = [];
      for (const ref of customers) found.push((await reader.document(ref)) as Found);
      for (const ref of customers) await write(`text ${round}`, ref);
      await twoLeases();
      expect(found.filter(({ isUnchanged }) => isUnchanged?.() === true)).toEqual([]);
    }
  });

  it('is not said to be unchanged once the connection that reads was cut off unseen', async () => {
    const relay = await startRelay(redis.port);
    await reader.close();
    reader = createRedisReader({ connection: singleRedis(`redis://127.0.0.1:${relay.port}`) });
    const found = await watched();
    relay.forget('portal-reader');
    await twoLeases();
    await write('second');
    await changed(found);
    relay.close();
  });

  it('is read anew when one of the connections leads to another server, and watched there', async () => {
    const other = await startRedis();
    const relay = await startRelay(redis.port);
    await reader.close();
    reader = createRedisReader({ connection: singleRedis(`redis://127.0.0.1:${relay.port}`) });
    const found = await watched();
    await other.command('set', 'portal:live', 'g1');
    await other.command('set', keyOf(A), 'of the other');
    // So many that the number of the connection that tells means another one there.
    for (let number = 0; number < 50; number += 1) await other.command('ping');
    relay.leadTo(other.port);
    relay.cut('portal-reader');
    await changed(found);
    expect((await watched()).document).toBe('of the other');
    const there = await watched();
    await other.command('set', keyOf(A), 'changed there');
    await changed(there);
    relay.close();
    await other.stop();
  });

  it('is watched again when the connections are back', async () => {
    for (const kind of ['pubsub', 'normal']) {
      const found = await watched();
      await redis.command('client', 'kill', 'type', kind);
      await changed(found);
    }
    const found = await watched();
    await write('second');
    await changed(found);
    expect((await watched()).document).toBe('second');
  });

  it('is never older than the lease, whatever is closed, flushed, frozen or killed meanwhile', async () => {
    const stopped = new AbortController();
    /** When each text was written at the latest: before that nobody could know it. */
    const writtenAt = new Map<number, number>();
    let version = 0;
    const writing = (async () => {
      while (!stopped.signal.aborted) {
        version += 1;
        const own = version;
        // A server that is away takes nothing; the next version is tried then.
        const isWritten = await Promise.all([write(String(own)), point('g1')]).then(
          () => true,
          () => false,
        );
        if (isWritten) writtenAt.set(own, performance.now());
      }
    })();
    const tooOld: string[] = [];
    let unread = 0;
    const reading = Array.from({ length: 3 }, async () => {
      let kept = null as Found | null;
      while (!stopped.signal.aborted) {
        if (kept?.isUnchanged?.() === true) {
          unread += 1;
          const now = performance.now();
          const next = writtenAt.get(Number(kept.document) + 1);
          const age = next === undefined ? 0 : now - next;
          if (age > LEASE_MS + LATE_MS) tooOld.push(`${kept.document}: ${age} ms`);
          await turn();
        } else {
          const lookup = await reader.document(A);
          kept = lookup.kind === 'found' ? lookup : null;
          if (kept === null) await turn();
        }
      }
    });
    const faults = ['pubsub', 'normal', 'flush', 'freeze', 'pubsub', 'normal', 'kill', 'flush'];
    for (const fault of faults) {
      await watchedSoon();
      if (fault === 'flush') await redis.command('flushall');
      else if (fault === 'kill') {
        redis.signal('SIGKILL');
        await redis.restart();
      } else if (fault === 'freeze') {
        redis.signal('SIGSTOP');
        await twoLeases();
        redis.signal('SIGCONT');
      } else await redis.command('client', 'kill', 'type', fault);
    }
    await watchedSoon();
    stopped.abort();
    await Promise.all([writing, ...reading]);
    expect(tooOld).toEqual([]);
    expect(unread).toBeGreaterThan(100);

    async function watchedSoon(): Promise<void> {
      const before = unread;
      await until('answers are given unread again', () => Promise.resolve(unread > before + 10));
    }
  });
});
