import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Micros, parseIso } from '@portal/billing';
import { sampleCustomers, sampleEvents } from '@portal/cli';
import { DASHBOARD_PATH, signPortalToken } from '@portal/contracts';
import { type CustomerId, type OrganizationId } from '@portal/projection';
import {
  createAuthority,
  ownFiles,
  type OwnFiles,
  type OwnRedis,
  redisCertificates,
  requireService,
  startRedis,
} from '@portal/testkit';
import { type SecureKafka, startSecureKafka } from '../secure/kafka.ts';
import { type RegistryProxy, startRegistryProxy } from '../secure/registry-proxy.ts';
import { grantInKafka, redisUsers } from '../secure/rights.ts';
import { eventually, startService } from './process.ts';

const PASSWORD = 'Own-Passw0rd-Of-Every-User';
const SECRET = 'S0meSecret-0f-the-Tests/which+Nobody=Else_ever~Uses';
const USERS = ['portal-setup', 'portal-publisher', 'portal-exporter', 'portal-projector'];
const COMMAND = 'services/cli/dist/main.cjs';
/** Nobody else's: the registry behind the proxy is shared. */
const PREFIX = `secure-${process.pid}`;

describe('everything by TLS, each with a user that has the listed rights and no other', () => {
  const authority = createAuthority();
  let files: OwnFiles;
  let kafka: SecureKafka;
  let registry: RegistryProxy;
  let redis: OwnRedis;
  /** All that any process said. */
  const said: string[] = [];
  const file = (name: string): string => files.path(name);
  beforeAll(async () => {
    const users = Object.fromEntries(USERS.map((name) => [name, PASSWORD]));
    kafka = await startSecureKafka(authority, users);
    files = await ownFiles({
      'ca.pem': authority.cert,
      password: `${PASSWORD}\n`,
      'jwt-secret': SECRET,
      'kafka-token': kafka.token('portal-projector', 3_600),
      'events.ndjson': sampleEvents(NOW).join('\n'),
    });
    await grantInKafka(kafka.open, PREFIX);
    const basic = `Basic ${Buffer.from(`app:${PASSWORD}`).toString('base64')}`;
    const target = requireService('SCHEMA_REGISTRY_URL');
    registry = await startRegistryProxy(target, authority.issue('registry'), (it) => it === basic);
    const certificates = await redisCertificates(authority);
    redis = await startRedis(...certificates.server);
    for (const [, name = '', ...rest] of redisUsers(PREFIX, PASSWORD)) {
      await redis.command('acl', name, ...rest);
    }
    await redis.command('acl', 'setuser', 'default', 'off');
    await certificates.remove();
  });
  afterAll(async () => {
    await kafka.stop();
    await registry.stop();
    await redis.stop();
    await files.remove();
  });

  const environment = (user: string, mechanism = 'scram-sha-512') => ({
    KAFKA_BROKERS: kafka.sasl,
    KAFKA_TLS: 'true',
    KAFKA_TLS_CA: file('ca.pem'),
    KAFKA_SASL_MECHANISM: mechanism,
    ...(mechanism === 'oauthbearer'
      ? { KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: file('kafka-token') }
      : { KAFKA_SASL_USERNAME: user, KAFKA_SASL_PASSWORD_FILE: file('password') }),
    SCHEMA_REGISTRY_URL: registry.url,
    SCHEMA_REGISTRY_CA: file('ca.pem'),
    SCHEMA_REGISTRY_USERNAME: 'app',
    SCHEMA_REGISTRY_PASSWORD_FILE: file('password'),
    TOPIC_PREFIX: PREFIX,
  });
  const redisUser = (name: string) => ({
    REDIS_URL: `rediss://127.0.0.1:${redis.tlsPort}`,
    REDIS_TLS_CA: file('ca.pem'),
    REDIS_USERNAME: name,
    REDIS_PASSWORD_FILE: file('password'),
    REDIS_PREFIX: PREFIX,
  });
  const command = (variables: Record<string, string>, ...words: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const env = { PATH: process.env['PATH'], ...variables };
      const most = 64 * 1024 * 1024;
      execFile(
        process.execPath,
        [COMMAND, ...words],
        { env, maxBuffer: most },
        (error, stdout, stderr) => {
          said.push(stderr, words[0] === 'export' ? '' : stdout);
          resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
        },
      );
    });

  it('is set up, filled, projected, read and exported, and what a user may not do is said', async () => {
    const may = (user: string) => environment(user, 'plain');
    expect(await command(may('portal-publisher'), 'setup')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Kafka does not let our user do that .*lacks a right/),
    });
    expect(await command(may('portal-setup'), 'setup')).toMatchObject({ code: 0 });
    expect(await command(may('portal-exporter'), 'publish', file('events.ndjson'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/lacks a right/),
    });
    const sent = await command(
      environment('portal-publisher', 'scram-sha-256'),
      ...['publish', file('events.ndjson')],
    );
    expect(sent).toMatchObject({ code: 0 });
    expect(await command(may('portal-publisher'), 'export')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/lacks a right/),
    });
    const dump = await command(environment('portal-exporter'), 'export');
    const events = sampleEvents(NOW).length;
    expect([dump.code, dump.stdout.trim().split('\n').length]).toEqual([0, events]);

    const writer = await startService('projector', {
      ...environment('portal-projector', 'oauthbearer'),
      ...redisUser('portal-reader'),
    });
    await eventually(
      () => Promise.resolve(writer.log.join('\n')),
      (log) => /Redis refuses its user .*NOPERM/.test(log),
    );
    expect(await writer.kill('SIGTERM')).toBe(0);
    said.push(...writer.log);

    const projector = await startService('projector', {
      ...environment('portal-projector', 'oauthbearer'),
      ...redisUser('portal-projector'),
    });
    const reader = await startService('reader', {
      ...redisUser('portal-reader'),
      TOPIC_PREFIX: PREFIX,
      PORTAL_JWT_SECRET_FILE: file('jwt-secret'),
    });
    await eventually(
      async () => (await fetch(`${reader.url}/readyz`)).status,
      (status) => status === 200,
    );
    for (const customer of sampleCustomers(NOW)) {
      const organizationId = customer.organization_id as OrganizationId;
      const customerId = customer.customer_id as CustomerId;
      const expiresAt = (Date.now() * 1_000 + 60_000_000) as Micros;
      const token = signPortalToken(SECRET, { organizationId, customerId, expiresAt });
      const address = `${reader.url}${DASHBOARD_PATH}?token=${token}`;
      expect((await fetch(address)).status).toBe(200);
      expect((await fetch(`${address}&include=details`)).status).toBe(200);
    }
    for (const { url } of [projector, reader])
      said.push(await (await fetch(`${url}/metrics`)).text());
    said.push(...projector.log, ...reader.log);
    expect(await projector.kill('SIGTERM')).toBe(0);
    expect(await reader.kill('SIGTERM')).toBe(0);

    for (const secret of [PASSWORD, SECRET, 'eyJ', 'PRIVATE KEY']) {
      expect(said.join('\n')).not.toContain(secret);
    }
  });
});

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
