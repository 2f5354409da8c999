import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig, REDIS_VARIABLES, redisFrom } from '@portal/runtime';
import { createRedisStore, redisAddress } from '@portal/stores';
import {
  type OwnCluster,
  ownFiles,
  type OwnFiles,
  type OwnRedis,
  redisCertificates,
  type RedisCertificates,
  startCluster,
  startRedis,
} from '@portal/testkit';
import { authority, clientTexts } from './client-files.ts';

const PASSWORD = 'Redis-Passw0rd-Nobody-May-Read';
const WRONG = 'Another-Passw0rd-Nobody-May-Read';

/** The variables alone lead to the server: what is set is what an operator sets. */
describe('Redis with TLS and users', () => {
  let files: OwnFiles;
  let certificates: RedisCertificates;
  let redis: OwnRedis;
  let cluster: OwnCluster;
  const file = (name: string): string => files.path(name);
  beforeAll(async () => {
    files = await ownFiles({ ...clientTexts(), password: `${PASSWORD}\n` });
    certificates = await redisCertificates(authority);
    redis = await startRedis(...certificates.server);
    cluster = await startCluster(certificates);
    for (const server of [redis, ...cluster.servers]) {
      await server.command('acl', 'setuser', 'app', 'on', `>${PASSWORD}`, '~*', '&*', '+@all');
      await server.command('acl', 'setuser', 'default', 'resetpass', '-@all', '+ping', '+acl');
    }
  });
  afterAll(async () => {
    await redis.stop();
    await cluster.stop();
    await certificates.remove();
    await files.remove();
  });

  const single = () => ({ REDIS_URL: `rediss://127.0.0.1:${redis.tlsPort}` });
  const nodes = () => ({ REDIS_CLUSTER_NODES: `rediss://${cluster.nodes}` });
  const ca = () => ({ REDIS_TLS_CA: file('ca.pem') });
  const app = () => ({ REDIS_USERNAME: 'app', REDIS_PASSWORD_FILE: file('password') });
  const certificate = (name: string) => ({
    REDIS_TLS_CERT: file(`${name}.pem`),
    REDIS_TLS_KEY: file(`${name}.key`),
  });

  /** What a write and a read come to: null when both are done, else what an operator is told. */
  const ask = async (variables: Readonly<Record<string, string>>): Promise<string | null> => {
    const read = readConfig(REDIS_VARIABLES, variables);
    const made = read.kind === 'valid' ? redisFrom(read.config, redisAddress) : read;
    if (made.kind === 'invalid') throw new Error(made.problems.join());
    const connection = made.config;
    const store = createRedisStore({ connection, generation: 'g1', timeoutMs: 2_000 });
    try {
      await store.advance(new Map([['usage/0' as const, { next: 1, occurredAt: null }]]));
      return (await store.checkpoints()).size > 0 ? null : 'nothing was written';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await store.close();
    }
  };

  it.each([
    ['a single Redis', single],
    ['a Redis Cluster', nodes],
  ])('is written and read: %s', async (_, address) => {
    expect(await ask({ ...address(), ...ca(), ...app() })).toBeNull();
    expect(await ask({ ...address(), ...ca(), ...app(), ...certificate('client') })).toBeNull();
    const named = { ...address(), ...ca(), ...app(), REDIS_TLS_SERVER_NAME: 'localhost' };
    expect(await ask(named)).toBeNull();
  });

  describe.each([
    ['single', single],
    ['Cluster', nodes],
  ])('says in one sentence, %s:', (kind, address) => {
    it.each<[string, () => Record<string, string>, RegExp]>([
      [
        'a certificate of an authority that is not ours',
        () => ({ ...address(), REDIS_TLS_CA: file('other-ca.pem'), ...app() }),
        /the server shows a certificate that no authority we trust has signed; see REDIS_TLS_CA$/,
      ],
      [
        'no authority of ours',
        () => ({ ...address(), ...app() }),
        /the server shows a certificate that no authority we trust has signed; see REDIS_TLS_CA$/,
      ],
      [
        'a certificate of another name',
        () => ({ ...address(), ...ca(), REDIS_TLS_SERVER_NAME: 'elsewhere', ...app() }),
        /the server shows a certificate for another name than the address has; see REDIS_TLS_SERVER_NAME$/,
      ],
      [
        'that our certificate is of a stranger',
        () => ({ ...address(), ...ca(), ...certificate('foreign'), ...app() }),
        /refuses? our (?:client )?certificate.*; see REDIS_TLS_CERT$/,
      ],
      [
        'TLS spoken to a plain port',
        () => ({ ...plain(kind, 'rediss://'), ...ca(), ...app() }),
        /does the server speak TLS on that port\? See REDIS_(?:URL|CLUSTER_NODES)$/,
      ],
      [
        'no TLS spoken to a TLS port',
        () => ({ ...toTls(kind), ...app() }),
        /closed the connection; if it always does, it may want TLS; see REDIS_(?:URL|CLUSTER_NODES)$/,
      ],
      [
        'a wrong password',
        () => ({ ...address(), ...ca(), REDIS_USERNAME: 'app', REDIS_PASSWORD: WRONG }),
        /^Redis refuses its user \(see REDIS_USERNAME, REDIS_PASSWORD\): WRONGPASS/,
      ],
      [
        'no user',
        () => ({ ...address(), ...ca() }),
        /^Redis refuses its user \(see REDIS_USERNAME, REDIS_PASSWORD\): NO(?:AUTH|PERM)/,
      ],
    ])('%s', async (_, variables, sentence) => {
      const said = await ask(variables());
      expect(said).toMatch(sentence);
      for (const secret of [PASSWORD, WRONG, '\n', '-----']) expect(said).not.toContain(secret);
    });
  });
  const plain = (kind: string, scheme: string): Record<string, string> =>
    kind === 'single'
      ? { REDIS_URL: `${scheme}127.0.0.1:${redis.port}` }
      : {
          REDIS_CLUSTER_NODES: cluster.servers
            .map(({ port }) => `${scheme}127.0.0.1:${port}`)
            .join(),
        };
  const toTls = (kind: string): Record<string, string> =>
    kind === 'single'
      ? { REDIS_URL: `redis://127.0.0.1:${redis.tlsPort}` }
      : { REDIS_CLUSTER_NODES: cluster.nodes };
});
