import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuthority } from '@portal/testkit';
import {
  KAFKA_VARIABLES,
  kafkaFrom,
  REDIS_VARIABLES,
  redisFrom,
  REGISTRY_VARIABLES,
  registryFrom,
} from '../src/backends/index.ts';
import { describeConfig, readConfig, together } from '../src/config.ts';

const SHAPE = { ...KAFKA_VARIABLES, ...REGISTRY_VARIABLES, ...REDIS_VARIABLES };
const LEAST = { KAFKA_BROKERS: 'kafka:9092', SCHEMA_REGISTRY_URL: 'http://registry:8080' };
const SECRET = 'hunter22-Nobody-May-Read';

function outcome(environment: Readonly<Record<string, string>>) {
  const read = readConfig(SHAPE, { ...LEAST, ...environment });
  if (read.kind === 'invalid') return read;
  return together({
    kafka: kafkaFrom(read.config),
    registry: registryFrom(read.config),
    redis: redisFrom(read.config, (url, _nodes, access) => ({
      kind: 'valid',
      connection: { url, ...access },
    })),
  });
}
const problems = (environment: Readonly<Record<string, string>>) => {
  const made = outcome(environment);
  return made.kind === 'invalid' ? made.problems : [];
};

describe('the variables of Kafka, registry and Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'backends-'));
  const file = (name: string): string => join(folder, name);
  const texts = new Map<string, string>();
  beforeAll(() => {
    const authority = createAuthority();
    const [one, two] = [authority.issue('one'), authority.issue('two')];
    texts.set('ca.pem', authority.cert).set('one.pem', one.cert).set('one.key', one.key);
    texts.set('two.key', two.key).set('secret', `${SECRET}\n`).set('garbage', SECRET);
    texts.set('locked.key', one.key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'));
    for (const [name, text] of texts) writeFileSync(file(name), text);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const pem = (name: string) => texts.get(name)?.replace(/\r?\n$/, '');

  it('ask for no TLS and nobody in particular when nothing is said', () => {
    expect(outcome({})).toEqual({
      kind: 'valid',
      config: {
        kafka: { brokers: ['kafka:9092'], tls: null, sasl: null },
        registry: { url: 'http://registry:8080', auth: null, tls: null },
        redis: { url: 'redis://127.0.0.1:6379', username: null, password: null, tls: null },
      },
    });
  });

  it.each([
    ['KAFKA_TLS', { KAFKA_TLS: 'true' }, 'kafka'],
    ['REDIS_TLS', { REDIS_URL: 'rediss://redis' }, 'redis'],
  ])('read certificates under %s_…', (prefix, address, which) => {
    const made = outcome({
      ...address,
      [`${prefix}_CA`]: file('ca.pem'),
      [`${prefix}_CERT`]: file('one.pem'),
      [`${prefix}_KEY`]: file('one.key'),
      [`${prefix}_SERVER_NAME`]: 'server',
    });
    const client = { cert: pem('one.pem'), key: pem('one.key') };
    const tls = { ca: pem('ca.pem'), client, serverName: 'server' };
    expect(made).toMatchObject({ kind: 'valid', config: { [which]: { tls } } });
  });

  it('read users and tokens', () => {
    const given = outcome({
      KAFKA_SASL_MECHANISM: 'scram-sha-256',
      KAFKA_SASL_USERNAME: 'app',
      KAFKA_SASL_PASSWORD_FILE: file('secret'),
      SCHEMA_REGISTRY_USERNAME: 'app',
      SCHEMA_REGISTRY_PASSWORD: SECRET,
      REDIS_USERNAME: 'app',
      REDIS_PASSWORD_FILE: file('secret'),
    });
    const user = { username: 'app', password: SECRET };
    expect(given).toMatchObject({
      config: {
        kafka: { sasl: { mechanism: 'scram-sha-256', ...user } },
        registry: { auth: { kind: 'basic', ...user } },
        redis: user,
      },
    });
    for (const token of [
      { SCHEMA_REGISTRY_TOKEN: SECRET },
      { SCHEMA_REGISTRY_TOKEN_FILE: file('secret') },
    ]) {
      const made = outcome(token);
      const auth = made.kind === 'valid' ? made.config.registry.auth : null;
      expect(auth?.kind === 'bearer' ? auth.token() : null).toBe(SECRET);
    }
  });

  const BEARER = { KAFKA_SASL_MECHANISM: 'oauthbearer' };
  const PLAIN = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'app' };
  it.each<[string, Record<string, string>]>([
    ['KAFKA_TLS: ', { KAFKA_TLS: 'yes' }],
    ['KAFKA_TLS_CA: KAFKA_TLS is not true', { KAFKA_TLS_CA: file('ca.pem') }],
    [
      'KAFKA_TLS_CA: the file holds no certificate',
      { KAFKA_TLS: 'true', KAFKA_TLS_CA: file('garbage') },
    ],
    ['KAFKA_TLS_CA: the file cannot be read', { KAFKA_TLS: 'true', KAFKA_TLS_CA: file('none') }],
    ['KAFKA_TLS_KEY: is not set', { KAFKA_TLS: 'true', KAFKA_TLS_CERT: file('one.pem') }],
    ['KAFKA_TLS_CERT: is not set', { KAFKA_TLS: 'true', KAFKA_TLS_KEY: file('one.key') }],
    [
      'REDIS_TLS_KEY: the key does not belong to the certificate',
      { REDIS_TLS_CERT: file('one.pem'), REDIS_TLS_KEY: file('two.key') },
    ],
    [
      'REDIS_TLS_KEY: the key has a passphrase',
      { REDIS_TLS_CERT: file('one.pem'), REDIS_TLS_KEY: file('locked.key') },
    ],
    [
      'REDIS_TLS_KEY: the file holds no private key',
      { REDIS_TLS_CERT: file('one.pem'), REDIS_TLS_KEY: file('garbage') },
    ],
    ['KAFKA_SASL_MECHANISM: ', { KAFKA_SASL_MECHANISM: 'gssapi' }],
    ['KAFKA_SASL_PASSWORD: is set, with no KAFKA_SASL_MECHANISM', { KAFKA_SASL_PASSWORD: SECRET }],
    ['KAFKA_SASL_PASSWORD: is not set, with plain', PLAIN],
    ['KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: is not set, with oauthbearer', BEARER],
    [
      'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: the file cannot be read',
      { ...BEARER, KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: file('none') },
    ],
    [
      'KAFKA_SASL_USERNAME: is set, with oauthbearer',
      { ...BEARER, KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: file('secret'), KAFKA_SASL_USERNAME: 'app' },
    ],
    [
      'SCHEMA_REGISTRY_URL: must hold no user',
      { SCHEMA_REGISTRY_URL: `http://app:${SECRET}@registry` },
    ],
    ['SCHEMA_REGISTRY_CA: SCHEMA_REGISTRY_URL is no https', { SCHEMA_REGISTRY_CA: file('ca.pem') }],
    ['SCHEMA_REGISTRY_PASSWORD: is not set', { SCHEMA_REGISTRY_USERNAME: 'app' }],
    ['SCHEMA_REGISTRY_USERNAME: is not set', { SCHEMA_REGISTRY_PASSWORD: SECRET }],
    [
      'SCHEMA_REGISTRY_USERNAME: may hold no colon',
      { SCHEMA_REGISTRY_USERNAME: 'a:b', SCHEMA_REGISTRY_PASSWORD: SECRET },
    ],
    [
      'SCHEMA_REGISTRY_TOKEN: a user is set, too',
      {
        SCHEMA_REGISTRY_USERNAME: 'app',
        SCHEMA_REGISTRY_PASSWORD: SECRET,
        SCHEMA_REGISTRY_TOKEN: SECRET,
      },
    ],
    [
      'SCHEMA_REGISTRY_TOKEN_FILE: SCHEMA_REGISTRY_TOKEN is set, too',
      { SCHEMA_REGISTRY_TOKEN: SECRET, SCHEMA_REGISTRY_TOKEN_FILE: file('secret') },
    ],
    ['REDIS_PASSWORD: is not set', { REDIS_USERNAME: 'app' }],
    [
      'REDIS_URL: REDIS_CLUSTER_NODES is set, too; set one of them',
      {
        REDIS_URL: `redis://app:${SECRET}@redis`,
        REDIS_CLUSTER_NODES: `redis://app:${SECRET}@a:1`,
      },
    ],
  ])('are refused: %s', (problem, environment) => {
    const found = problems(environment);
    expect(found).toContainEqual(expect.stringContaining(problem));
    expect(found.join('\n')).not.toContain(SECRET);
    expect(found.join('\n')).not.toContain('-----');
  });

  it('are told at once, of all three', () => {
    const names = problems({
      KAFKA_SASL_MECHANISM: 'oauthbearer',
      SCHEMA_REGISTRY_USERNAME: 'app',
      REDIS_USERNAME: 'app',
    }).map((problem) => problem.split(':')[0]);
    expect(names).toEqual([
      'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE',
      'SCHEMA_REGISTRY_PASSWORD',
      'REDIS_PASSWORD',
    ]);
  });

  it('each stand in the help', () => {
    const help = describeConfig(SHAPE);
    for (const name of Object.keys(SHAPE)) expect(help).toContain(name);
    for (const name of ['KAFKA_SASL', 'SCHEMA_REGISTRY', 'REDIS']) {
      expect(help).toContain(`${name}_PASSWORD_FILE, a file that holds it`);
    }
  });
});
