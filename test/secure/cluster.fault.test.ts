import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Micros, parseIso } from '@portal/billing';
import { sampleCustomers, sampleEvents } from '@portal/cli';
import { DASHBOARD_PATH, signPortalToken } from '@portal/contracts';
import { type CustomerId, DEFAULT_SETTINGS, type OrganizationId } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { readConfig, REDIS_VARIABLES, redisFrom } from '@portal/runtime';
import { createRedisStore, redisAddress, type RedisConnection } from '@portal/stores';
import {
  createAuthority,
  eventually,
  type OwnCluster,
  redisCertificates,
  type RedisCertificates,
  startCluster,
} from '@portal/testkit';
import { type Corner, openCorner, SECRET } from '../e2e/corner.ts';
import { startService } from '../e2e/process.ts';
import { COMMAND, shell } from '../e2e/shell.ts';
import { redisUsers } from './rights.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
const PASSWORD = 'Own-Passw0rd-Of-Every-User';
const OWN = generationOf(DEFAULT_SETTINGS);
const OLD = 'v1-2020a-0123abcd';

describe('a Redis Cluster by TLS, each with a user that has the listed rights and no other', () => {
  const authority = createAuthority();
  let files: string;
  let certificates: RedisCertificates;
  let cluster: OwnCluster;
  let corner: Corner;
  beforeAll(async () => {
    files = await mkdtemp(join(tmpdir(), 'secure-cluster-'));
    await writeFile(join(files, 'ca.pem'), authority.cert);
    await writeFile(join(files, 'password'), `${PASSWORD}\n`);
    certificates = await redisCertificates(authority);
    cluster = await startCluster(certificates);
    corner = await openCorner();
    for (const server of cluster.servers) {
      for (const [, name = '', ...rest] of redisUsers(corner.prefix, PASSWORD)) {
        await server.command('acl', name, ...rest);
      }
      await server.command('acl', 'setuser', 'default', 'off');
    }
    await corner.publish(sampleEvents(NOW));
  });
  afterAll(async () => {
    await cluster.stop();
    await certificates.remove();
    await rm(files, { recursive: true });
  });

  const redisOf = (user: string) => ({
    REDIS_CLUSTER_NODES: `rediss://${cluster.nodes}`,
    REDIS_TLS_CA: join(files, 'ca.pem'),
    REDIS_USERNAME: user,
    REDIS_PASSWORD_FILE: join(files, 'password'),
  });
  const environmentOf = (user: string): Readonly<Record<string, string>> => {
    const { REDIS_URL: _, ...others } = corner.environment;
    return { ...others, ...redisOf(user) };
  };
  const run = (user: string, words: string) =>
    shell(`"$0" ${COMMAND} ${words}`, environmentOf(user));

  it('is projected, read, listed and pruned', async () => {
    const projector = await startService('projector', environmentOf('portal-projector'));
    const reader = await startService('reader', environmentOf('portal-reader'));
    for (const { url } of [projector, reader]) {
      await eventually(
        async () => (await fetch(`${url}/readyz`)).status,
        (status) => status === 200,
      );
    }
    for (const { organization_id, customer_id } of sampleCustomers(NOW)) {
      const token = signPortalToken(SECRET, {
        organizationId: organization_id as OrganizationId,
        customerId: customer_id as CustomerId,
        expiresAt: (Date.now() * 1_000 + 60_000_000) as Micros,
      });
      const address = `${reader.url}${DASHBOARD_PATH}?token=${token}`;
      expect((await fetch(address)).status).toBe(200);
      expect((await fetch(`${address}&include=details`)).status).toBe(200);
    }

    await leaveOldGeneration(connectionOf(redisOf('portal-projector')), corner.prefix);
    const listed = await run('portal-projector', 'generations list');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout).toMatch(new RegExp(`${OWN} +live, fed`));
    expect(listed.stdout).toMatch(new RegExp(`${OLD} +not fed +- +- +1 `));
    const refused = await run('portal-reader', `generations prune ${OLD}`);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^error: Redis refuses its user .*NOPERM/);
    const pruned = await run('portal-projector', `generations prune ${OLD}`);
    expect([pruned.code, pruned.stderr, pruned.stdout]).toEqual([
      ...[0, ''],
      `${OLD}: 1 keys removed, and its consumer group\n`,
    ]);
    expect(await run('portal-reader', 'history list')).toMatchObject({
      ...{ code: 0, stdout: 'nothing waits\n' },
    });
    expect(await run('portal-reader', 'parked list')).toMatchObject({
      ...{ code: 0, stdout: `nothing is parked in generation ${OWN} (live)\n` },
    });
    for (const { log } of [projector, reader]) expect(log.join('\n')).not.toContain('NOPERM');
    expect(await projector.kill('SIGTERM')).toBe(0);
    expect(await reader.kill('SIGTERM')).toBe(0);
  });
});

function connectionOf(variables: Readonly<Record<string, string>>): RedisConnection {
  const read = readConfig(REDIS_VARIABLES, variables);
  const made = read.kind === 'valid' ? redisFrom(read.config, redisAddress) : read;
  if (made.kind === 'invalid') throw new Error(made.problems.join());
  return made.config;
}

async function leaveOldGeneration(connection: RedisConnection, prefix: string): Promise<void> {
  const store = createRedisStore({ connection, prefix, generation: OLD });
  await store.advance(new Map([['usage/0', { next: 9, occurredAt: null }]]));
  await store.close();
}
