import { describe, expect, it } from '@jest/globals';
import { readerConfig, readerVariables } from '../src/config.ts';
import { SECRET } from './support/reader.ts';

const problems = (environment: Record<string, string>) => {
  const read = readerConfig({ PORTAL_JWT_SECRET: SECRET, ...environment });
  return read.kind === 'invalid' ? read.problems : [];
};

describe("the reader's configuration", () => {
  it('needs nothing but a secret', () => {
    expect(readerConfig({ PORTAL_JWT_SECRET: SECRET })).toEqual({
      kind: 'valid',
      config: {
        secret: SECRET,
        host: '0.0.0.0',
        port: 8080,
        ops: null,
        tokenLifetimeMaxDays: 400,
        redis: {
          ...{ kind: 'single', url: 'redis://127.0.0.1:6379' },
          ...{ username: null, password: null, tls: null },
        },
        redisPrefix: 'portal',
        topicPrefix: 'billing',
        datePolicy: 'calendar',
        storeBudgetMs: 200,
        corsOrigins: [],
        logLevel: 'info',
        shutdownDeadlineMs: 10_000,
      },
    });
    expect(readerConfig({})).toMatchObject({ problems: ['PORTAL_JWT_SECRET: is not set'] });
  });

  it.each([
    [{ OPS_PORT: '9090' }, { host: '127.0.0.2', port: 9090 }],
    [
      { OPS_PORT: '9090', OPS_HOST: '127.0.0.3' },
      { host: '127.0.0.3', port: 9090 },
    ],
    [{}, null],
  ])('puts health where %j says', (variables, ops) => {
    const read = readerConfig({ PORTAL_JWT_SECRET: SECRET, HOST: '127.0.0.2', ...variables });
    expect(read).toMatchObject({ config: { host: '127.0.0.2', ops } });
  });

  it.each([
    ['OPS_HOST: OPS_PORT is not set', { OPS_HOST: '127.0.0.3' }],
    [
      'REDIS_URL: REDIS_CLUSTER_NODES is set',
      { REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'b:1' },
    ],
    ['PORTAL_JWT_SECRET_FILE: PORTAL_JWT_SECRET is set', { PORTAL_JWT_SECRET_FILE: 'file' }],
  ])('refuses variables of which one would win in silence: %s', (problem, variables) => {
    expect(problems({ PORTAL_JWT_SECRET: SECRET, ...variables })).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  it.each(['portal-secret-change-me', 'short', 'secret'])(
    'does not start with the secret %j',
    (weak) => {
      const [problem, ...others] = problems({ PORTAL_JWT_SECRET: weak });
      expect(problem).toContain('PORTAL_JWT_SECRET: is refused');
      expect(others).toEqual([]);
    },
  );

  it('reads a cluster instead of a single Redis when nodes are given', () => {
    const read = readerConfig({ PORTAL_JWT_SECRET: SECRET, REDIS_CLUSTER_NODES: 'a:1,b:2' });
    expect(read).toMatchObject({ config: { redis: { kind: 'cluster', nodes: [{}, {}] } } });
  });

  it.each([
    ['REDIS_CLUSTER_NODES', 'http://a:1'],
    ['REDIS_URL', 'localhost:6379'],
    ['STORE_BUDGET_MS', '251'],
    ['CORS_ORIGINS', 'https://portal.example.com/path'],
    ['CORS_ORIGINS', 'portal.example.com'],
    ['CORS_ORIGINS', 'https://portal.example.com:99999'],
    ['CORS_ORIGINS', 'https://user@portal.example.com'],
    ['TOKEN_LIFETIME_MAX', '0'],
    ['OPS_PORT', '65536'],
    ['PORTAL_JWT_SECRET', '12345678901234567890123456789012'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(problems({ [name]: value })).toEqual([expect.stringContaining(`${name}: `)]);
  });

  it('takes an origin however it is written: browsers send it one way only', () => {
    const CORS_ORIGINS = 'https://Portal.Example.com:443, http://127.0.0.1:3000 ,*,';
    expect(readerConfig({ PORTAL_JWT_SECRET: SECRET, CORS_ORIGINS })).toMatchObject({
      config: { corsOrigins: ['https://portal.example.com', 'http://127.0.0.1:3000', '*'] },
    });
  });

  it('describes every variable it reads', () => {
    const described = readerVariables();
    for (const name of [
      'PORTAL_JWT_SECRET',
      'PORT',
      'REDIS_URL',
      'CORS_ORIGINS',
      'STORE_BUDGET_MS',
    ]) {
      expect(described).toContain(name);
    }
  });
});
