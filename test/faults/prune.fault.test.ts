import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type AddressInfo } from 'node:net';
import { type Micros, parseIso } from '@portal/billing';
import { sampleEvents } from '@portal/cli';
import { topicOf } from '@portal/contracts';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf, groupOf } from '@portal/projector';
import { createRedisDirectory, createRedisStore } from '@portal/stores';
import { eventually } from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import kafkajs, { type Admin } from 'kafkajs';
import { type Corner, openCorner } from '../e2e/corner.ts';
import { OLD, writeOldCustomers } from '../e2e/old-generation.ts';
import { killed, spawnNode, startService } from '../e2e/process.ts';
import { COMMAND, shell } from '../e2e/shell.ts';
import { type KeyDumps, openDumps } from './dumps.ts';
import { expectFreshFold } from './stored.ts';

const OWN = generationOf(DEFAULT_SETTINGS);
/** Two keys each: removing all of them takes some fifty steps. */
const CUSTOMERS_OF_OLD = 5_000;

describe.each(['single', 'cluster'] as const)(
  'generations prune killed with -9, Redis %s',
  (where) => {
    let corner: Corner;
    let admin: Admin;
    let dumps: KeyDumps;
    let silent: Server;
    let groups: { readonly old: string; readonly own: string };
    beforeAll(async () => {
      corner = await openCorner(where);
      admin = new kafkajs.Kafka({
        brokers: [...corner.kafka.brokers],
        logLevel: kafkajs.logLevel.NOTHING,
      }).admin();
      await admin.connect();
      dumps = openDumps(corner);
      silent = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      await corner.publish(sampleEvents(parseIso('2026-11-23T10:00:00Z') as Micros));
      const projector = await startService('projector', corner.environment);
      await expectFreshFold(corner);
      await eventually(
        () => Promise.resolve(projector.log.join('\n')),
        (log) => log.includes('caught up'),
      );
      expect(await projector.kill('SIGTERM')).toBe(0);
      groups = await leaveOldGeneration(corner, admin);
    });
    afterAll(async () => {
      silent.close();
      await Promise.all([admin.disconnect(), dumps.close()]);
    });

    const generations = (words: string) =>
      shell(`"$0" ${COMMAND} generations ${words}`, corner.environment);
    /** Kills the command once `isTime`. */
    const killPrune = async (
      environment: Readonly<Record<string, string>>,
      isTime: () => Promise<boolean>,
    ): Promise<void> => {
      const command = spawnNode([COMMAND, 'generations', 'prune', OLD], {
        ...corner.environment,
        ...environment,
      });
      await eventually(isTime, (now) => now);
      expect(await killed(command, 'SIGKILL')).toBeNull();
    };
    const groupsNow = async (): Promise<readonly string[]> => {
      const { groups: known } = await admin.listGroups();
      const ours = Object.values(groups);
      return known.map(({ groupId }) => groupId).filter((group) => ours.includes(group));
    };

    it('goes on when it is given again, and removes that generation alone', async () => {
      const before = await dumps.all();
      const old = [...before.keys()].filter((key) => key.includes(OLD));
      expect(old.length).toBeGreaterThan(2 * CUSTOMERS_OF_OLD);

      // While it removes keys.
      await killPrune({}, async () => (await dumps.count(OLD)) < old.length - 1_000);
      const remaining = await dumps.count(OLD);
      expect(remaining).toBeGreaterThan(0);
      expect(remaining).toBeLessThan(old.length);
      expect([...(await groupsNow())].sort()).toEqual([groups.old, groups.own].sort());
      expect((await generations('list')).stdout).toMatch(new RegExp(`${OLD} +not fed`));

      // When the keys are gone and Kafka has not answered yet.
      const { port } = silent.address() as AddressInfo;
      const away = { KAFKA_BROKERS: `127.0.0.1:${port}` };
      const isWaiting = once(silent, 'connection').then(() => true);
      await killPrune(away, () => isWaiting);
      expect(await dumps.count(OLD)).toBe(0);
      expect([...(await groupsNow())].sort()).toEqual([groups.old, groups.own].sort());
      const listed = JSON.parse((await generations('list --json')).stdout) as Listed;
      expect(listed.generations).toMatchObject([
        { generation: OLD, keys: 0, group: groups.old },
        { generation: OWN, live: true, group: groups.own },
      ]);

      const last = await generations(`prune ${OLD}`);
      expect([last.code, last.stdout]).toEqual([
        0,
        `${OLD}: 0 keys removed, and its consumer group\n`,
      ]);
      expect(await groupsNow()).toEqual([groups.own]);
      const after = await dumps.all();
      const expected = new Map([...before].filter(([key]) => !old.includes(key)));
      for (const shared of ['generations', 'writers', 'history']) {
        expected.delete(`${corner.prefix}:${shared}`);
        after.delete(`${corner.prefix}:${shared}`);
      }
      expect(after).toEqual(expected);
      const none = JSON.parse((await generations('list --json')).stdout) as Listed;
      expect(none.generations).toMatchObject([{ generation: OWN, live: true }]);
      expect((await generations(`prune ${OLD}`)).code).toBe(2);
      await expectFreshFold(corner);
    });
  },
);

interface Listed {
  readonly generations: readonly object[];
}

/** Keys of every kind, a place in the store's list, a note for people, and a consumer group. */
async function leaveOldGeneration(corner: Corner, admin: Admin) {
  const { redis: connection, prefix } = corner;
  const directory = createRedisDirectory({ connection, prefix });
  const { identity, generations } = await directory.snapshot();
  const [known] = generations;
  if (identity === null || known === undefined) throw new Error('no projector ever ran here');
  const [old, own] = [groupOf(prefix, identity, OLD), groupOf(prefix, identity, OWN)];
  const { topicPrefix, clusterId } = known;
  const writer = {
    ...{ id: 'gone', generation: OLD, group: old, topicPrefix, clusterId },
    ...{ host: 'tests', pid: 1, startedAt: 0 },
  };
  await directory.register(writer);
  await directory.leave(writer);
  await directory.close();

  const store = createRedisStore({ connection, prefix, generation: OLD });
  const refs = await writeOldCustomers(store, CUSTOMERS_OF_OLD);
  await store.refresh(new Map([['usage/0', { asOf: 1, isAtEnd: true, seenAt: 1 }]]));
  const cause = { family: 'usage', partition: 0, code: 'contract_invalid', field: null } as const;
  const [ref = null] = refs;
  await store.park([{ ...cause, offset: 3, key: ref, ref, reason: 'tests', seenAt: 1 }]);
  await store.addToStorm(cause, [4, 5], 1);
  await store.markBeyond(refs.slice(0, 1), true);
  await store.noteHistory(new Map([['usage/0', '{}']]));
  await store.close();

  const partitions = [{ partition: 0, offset: '9' }];
  await admin.setOffsets({ groupId: old, topic: topicOf('usage', prefix), partitions });
  return { old, own };
}
