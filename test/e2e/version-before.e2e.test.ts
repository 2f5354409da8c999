import { readFileSync } from 'node:fs';
import { type Micros, parseIso } from '@portal/billing';
import { generationName, readGenerationName } from '@portal/contracts';
import { type CustomerRef, DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisPointer, createRedisStore, keysOf } from '@portal/stores';
import { CUSTOMER, ORGANIZATION, requireService } from '@portal/testkit';
import { Redis } from 'ioredis';
import { describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from './corner.ts';
import { eventually, startService } from './process.ts';
import { openReader, readDashboard } from './reader.ts';
import { COMMAND, shell } from './shell.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
const OWN = generationOf(DEFAULT_SETTINGS);
const BEFORE = generationName({ ...readGenerationName(OWN)!, foldVersion: 4 });

/** What version 4 made of these events: the second one, of 43 days before the first, was too old for it and did not count. */
const written = JSON.parse(readFileSync('test/e2e/fixtures/record-4.json', 'utf8')) as {
  readonly events: readonly object[];
  readonly ref: CustomerRef;
  readonly vector: string;
  readonly head: string;
  readonly document: string;
  readonly fields: readonly (readonly [string, string])[];
};

/**
 * The store as the version before left it: its generation is live, and nobody feeds it any more. It kept a record in
 * other fields than this one does, so they are written past the port.
 */
async function leaveLive({ redis: connection, prefix }: Corner): Promise<void> {
  const { ref, vector, head, document, fields } = written;
  const keys = keysOf(prefix, BEFORE);
  const sides = fields.map(([name, text]) => [`f:${name}`, text] as const);
  const redis = new Redis(requireService('REDIS_URL'));
  await redis.hset(keys.record(ref), new Map([['v', vector], ['h', head], ...sides]));
  await redis.set(keys.document(ref), document);
  redis.disconnect();
  const store = createRedisStore({ connection, prefix, generation: BEFORE });
  await store.advance(new Map([['usage/0', { next: 4, occurredAt: NOW }]]));
  await store.close();
  const pointer = createRedisPointer({ connection, prefix });
  await pointer.switch(null, BEFORE);
  await pointer.close();
}

/** Every key of a generation, and its value in the bytes that Redis saves. */
async function keysOfGeneration({ prefix }: Corner, generation: string) {
  const redis = new Redis(requireService('REDIS_URL'));
  try {
    const names = (await redis.keys(`${prefix}:*${generation}*`)).sort();
    const dumps = names.map(async (name) => [name, (await redis.dumpBuffer(name)).toString('hex')]);
    return await Promise.all(dumps);
  } finally {
    redis.disconnect();
  }
}

describe('a generation that the version before folded', () => {
  it('stays as it was, byte for byte, while a new one is folded beside it and goes live', async () => {
    const corner = await openCorner();
    await leaveLive(corner);
    const before = await keysOfGeneration(corner, BEFORE);
    expect(before).toHaveLength(3);
    const reader = await openReader(corner, NOW);
    const shown = async () => {
      const { summary } = await readDashboard(reader.url, ORGANIZATION, CUSTOMER, NOW);
      return summary.upcoming_charges[0]?.usage_amount_cents;
    };
    expect(await shown()).toBe(100);

    await corner.publish(written.events.map((event) => JSON.stringify(event)));
    const takingOver = { GO_LIVE: 'take-over', ORPHAN_LIVE: '1' };
    const projector = await startService('projector', { ...corner.environment, ...takingOver });
    const seen = new Set<number | undefined>();
    await eventually(
      async () => {
        seen.add(await shown().catch(() => undefined));
        return projector.log.join('\n');
      },
      (log) => log.includes('caught up and live') && seen.has(200),
    );
    // No read failed, and none showed anything between the two.
    expect([...seen]).toEqual([100, 200]);
    expect(await keysOfGeneration(corner, BEFORE)).toEqual(before);

    const { stdout } = await shell(`"$0" ${COMMAND} generations list --json`, corner.environment);
    const { generations } = JSON.parse(stdout) as { readonly generations: readonly object[] };
    expect(generations).toMatchObject([
      { generation: BEFORE, live: false, fedBy: [] },
      { generation: OWN, live: true },
    ]);
    expect(await projector.kill('SIGTERM')).toBe(0);
    await reader.stop();
  });
});
