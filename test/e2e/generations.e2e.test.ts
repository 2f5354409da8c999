import { DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore } from '@portal/stores';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { sampleEvents } from '@portal/cli';
import { type Micros, parseIso } from '@portal/billing';
import { type Corner, openCorner } from './corner.ts';
import { OLD, writeOldCustomers } from './old-generation.ts';
import { eventually, startService } from './process.ts';
import { COMMAND, shell } from './shell.ts';

const OWN = generationOf(DEFAULT_SETTINGS);
const CUSTOMERS_OF_OLD = 450;

/** What an older image left behind: its keys, and no word of it in the store's own list. */
async function leaveOldGeneration({ redis: connection, prefix }: Corner): Promise<void> {
  const store = createRedisStore({ connection, prefix, generation: OLD });
  await writeOldCustomers(store, CUSTOMERS_OF_OLD);
  await store.close();
}

describe.each(['single', 'cluster'] as const)('the generations command, Redis %s', (where) => {
  let corner: Corner;
  beforeAll(async () => {
    corner = await openCorner(where);
    await corner.publish(sampleEvents(parseIso('2026-11-23T10:00:00Z') as Micros));
    await leaveOldGeneration(corner);
  });
  const generations = (words: string) =>
    shell(`"$0" ${COMMAND} generations ${words}`, corner.environment);

  it('tells what a store holds and who feeds it, and removes only what nobody needs', async () => {
    const projector = await startService('projector', corner.environment);
    await eventually(
      () => Promise.resolve(projector.log.join('\n')),
      (log) => log.includes('caught up'),
    );

    const text = await generations('list');
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(new RegExp(`${OWN} +live, fed +\\S+:\\d+ +\\d s ago +\\d+ +`));
    expect(text.stdout).toMatch(new RegExp(`${OLD} +not fed +- +- +901 +[\\d.]+ KB`));
    const seen = JSON.parse((await generations('list --json')).stdout) as {
      identity: string;
      generations: object[];
    };
    expect(seen.generations).toMatchObject([
      {
        generation: OLD,
        live: false,
        fedBy: [],
        lastFed: null,
        newestEvent: '2020-09-13T12:26:40.000Z',
      },
      { generation: OWN, live: true, group: `${corner.prefix}.${seen.identity}.${OWN}` },
    ]);

    const live = await generations(`prune ${OWN}`);
    expect([live.code, live.stderr]).toEqual([1, expect.stringContaining('is live')]);
    const dry = await generations('prune --all-unfed --dry-run');
    expect([dry.code, dry.stdout]).toEqual([0, `${OLD}: 901 keys would be removed\n`]);
    const pruned = await generations(`prune ${OLD}`);
    expect([pruned.code, pruned.stdout]).toEqual([
      0,
      `${OLD}: 901 keys removed, and its consumer group\n`,
    ]);
    expect((await generations('prune --all-unfed')).stdout).toBe('nothing to remove\n');
    const remaining = JSON.parse((await generations('list --json')).stdout) as typeof seen;
    expect(remaining.generations).toMatchObject([{ generation: OWN, live: true }]);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });

  it('takes a wrong use for one, and says what is right', async () => {
    for (const [words, says] of [
      ['prune', '--all-unfed'],
      [`prune ${OWN} --all-unfed`, '--all-unfed'],
      ['prune v9-unknown-00000000', 'generations list'],
    ] as const) {
      const { code, stderr, stdout } = await generations(words);
      expect([words, code, stdout, stderr]).toEqual([words, 2, '', expect.stringContaining(says)]);
    }
  });
});

describe('the generations command without its servers', () => {
  it('ends with the reason when Redis is away', async () => {
    const { code, stdout, stderr } = await shell(`"$0" ${COMMAND} generations list --json`, {
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: expect.stringContaining('nobody listens there'),
    });
  });

  it('tells the rest when only Kafka is away', async () => {
    const corner = await openCorner();
    const { code, stdout } = await shell(`"$0" ${COMMAND} generations list`, {
      ...corner.environment,
      KAFKA_BROKERS: '127.0.0.1:1',
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining('groups are not known: Kafka')]);
  });
});
