import { describe, expect, it } from '@jest/globals';
import { projectorConfig, projectorVariables } from '../src/config.ts';

const LEAST = { KAFKA_BROKERS: 'kafka:9092', SCHEMA_REGISTRY_URL: 'http://registry:8080/api' };

describe('the projector’s configuration', () => {
  it('needs nothing but Kafka and the registry', () => {
    expect(projectorConfig(LEAST)).toMatchObject({
      kind: 'valid',
      config: {
        kafka: { brokers: ['kafka:9092'], tls: null, sasl: null },
        registry: { url: 'http://registry:8080/api', auth: null, tls: null },
        topicPrefix: 'billing',
        redisPrefix: 'portal',
        port: 8080,
      },
    });
  });

  it('reads ten minutes of work again unless told otherwise', () => {
    expect(projectorConfig(LEAST)).toMatchObject({ config: { replaySlackMs: 600_000 } });
    const given = { ...LEAST, REPLAY_SLACK_MS: '0' };
    expect(projectorConfig(given)).toMatchObject({ config: { replaySlackMs: 0 } });
  });

  it('may leave the live generation unfed by a variable or an argument, and takes no other argument', () => {
    const orphanLive = (environment: object, args: readonly string[] = []) =>
      projectorConfig({ ...LEAST, ...environment }, args);
    expect(orphanLive({})).toMatchObject({ config: { orphanLive: false } });
    expect(orphanLive({ ORPHAN_LIVE: '1' })).toMatchObject({ config: { orphanLive: true } });
    expect(orphanLive({}, ['--orphan-live'])).toMatchObject({ config: { orphanLive: true } });
    const problems = ['the only argument is --orphan-live, given was more'];
    expect(orphanLive({}, ['--orphan-lives'])).toEqual({ kind: 'invalid', problems });
  });

  it('takes what the fold reads from the environment', () => {
    const given = { ...LEAST, DEFAULT_TIMEZONE: 'Europe/Paris', DEFAULT_CURRENCY: 'EUR' };
    expect(projectorConfig(given)).toMatchObject({
      config: { settings: { defaultTimezone: 'Europe/Paris', defaultCurrency: 'EUR' } },
    });
  });

  it('tells every problem at once, by the name of its variable', () => {
    const read = projectorConfig({ KAFKA_BROKERS: 'kafka', STATES_MB: '0', PORT: '' });
    expect(read.kind).toBe('invalid');
    const names = read.kind === 'invalid' ? read.problems.map((text) => text.split(':')[0]) : [];
    expect(names.sort()).toEqual(['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'STATES_MB']);
  });

  it('never repeats a value, which may hold a password', () => {
    const read = projectorConfig({ ...LEAST, REDIS_URL: 'http://user:hunter2@redis' });
    expect(read.kind).toBe('invalid');
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  it.each([
    ['OPS_HOST: OPS_PORT is not set', { OPS_HOST: '127.0.0.3' }],
    [
      'REDIS_URL: REDIS_CLUSTER_NODES is set',
      { REDIS_URL: 'redis://a', REDIS_CLUSTER_NODES: 'b:1' },
    ],
  ])('refuses variables of which one would win in silence: %s', (problem, variables) => {
    expect(projectorConfig({ ...LEAST, ...variables })).toEqual({
      kind: 'invalid',
      problems: [expect.stringContaining(problem)],
    });
  });

  it('refuses a cluster that is not a list of nodes', () => {
    expect(projectorConfig({ ...LEAST, REDIS_CLUSTER_NODES: 'redis:no-port' }).kind).toBe(
      'invalid',
    );
  });

  it('names every variable in its help', () => {
    for (const name of [...Object.keys(LEAST), 'REDIS_URL', 'STATES_MB', 'REPLAY_SLACK_MS']) {
      expect(projectorVariables()).toContain(name);
    }
  });
});
