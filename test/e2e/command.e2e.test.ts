import { beforeAll, describe, expect, it } from '@jest/globals';
import { sampleEvents } from '@portal/cli';
import { fromMillis, type Micros, parseIso } from '@portal/billing';
import { createTokenVerifier, judgeToken } from '@portal/contracts';
import { type Corner, openCorner, SECRET } from './corner.ts';
import { COMMAND, shell } from './shell.ts';

const FILE = 'examples/01-publish-and-read/events.ndjson';

const events = sampleEvents(parseIso('2026-11-23T10:00:00Z') as Micros);

describe('the command at the end of a pipe', () => {
  let corner: Corner;
  beforeAll(async () => {
    corner = await openCorner();
    await corner.publish(events);
  });

  it('ends well and without a word when nobody reads on', async () => {
    const { code, stdout, stderr } = await shell(
      `"$0" ${COMMAND} export | head -n 1`,
      corner.environment,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ topic: 'billing.customers' });
  });

  it('writes all there is to one who does', async () => {
    const { code, stdout, stderr } = await shell(
      `"$0" ${COMMAND} export | grep -c occurred_at`,
      corner.environment,
    );
    expect([code, stderr]).toEqual([0, `exported ${stdout.trim()} records\n`]);
    expect(Number(stdout)).toBe(events.length);
  });
});

describe('a decision on a partition that is not there', () => {
  const whose = "--by Ada --reason 'a test'";
  const ways = [
    [
      ...['parked accept', '--code avro_garbage'],
      '  if it was there, and records of it are parked still: --even-if-gone accepts them\n',
    ],
    ['history accept', '', ''],
  ] as const;
  let corner: Corner;
  beforeAll(async () => {
    corner = await openCorner();
  });

  it.each(ways)('%s refuses it and says how many there are', async (command, more, remedy) => {
    const line = `"$0" ${COMMAND} ${command} usage/6 ${more} ${whose}`;
    const { code, stdout, stderr } = await shell(line, corner.environment);
    expect([code, stdout]).toEqual([2, '']);
    const topic = `${corner.prefix}.usage`;
    expect(stderr).toBe(
      `error: there is no usage/6: the topic ${topic} has 6 partitions, from 0 on\n${remedy}`,
    );
  });

  it('is none where the partition is there', async () => {
    const line = `"$0" ${COMMAND} parked accept usage/5 --code avro_garbage ${whose}`;
    const { code, stdout } = await shell(line, corner.environment);
    expect([code, stdout]).toEqual([0, 'accepted: avro_garbage in usage/5\n']);
  });

  it('is taken where the operator says that it was there, as /readyz of the projector names it', async () => {
    const line = `"$0" ${COMMAND} parked accept usage/6 --code avro_garbage --even-if-gone ${whose}`;
    const { code, stdout } = await shell(line, corner.environment);
    expect([code, stdout]).toEqual([0, 'accepted: avro_garbage in usage/6\n']);
  });

  it('is not told from a Kafka that is away: that is said', async () => {
    const line = `"$0" ${COMMAND} parked accept usage/5 --code avro_garbage ${whose}`;
    const away = { ...corner.environment, KAFKA_BROKERS: '127.0.0.1:1' };
    const { code, stdout, stderr } = await shell(line, away);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: Kafka .*nobody listens there/);
    expect(stderr).not.toContain('npm run');
  });
});

describe('the token command', () => {
  const ids = '6a0e2c9e-4f0b-4d0e-9a57-3b1f3f5c9d01 c2b7a9d4-1d7f-4a63-8a44-0f6f2f8e7b10';
  const signed = (hours: number, environment: Readonly<Record<string, string>>) =>
    shell(`"$0" ${COMMAND} token ${ids} --hours ${hours}`, environment);

  it('signs for as long as the reader lets a token be valid, and no longer', async () => {
    const own = { PORTAL_JWT_SECRET: SECRET };
    const lives = async (hours: number, more = {}) =>
      (await signed(hours, { ...own, ...more })).code;
    expect([await lives(9_600), await lives(9_601)]).toEqual([0, 2]);
    const days = { TOKEN_LIFETIME_MAX: '2' };
    expect([await lives(48, days), await lives(49, days)]).toEqual([0, 2]);
    const verify = createTokenVerifier(SECRET);
    const token = verify((await signed(9_600, own)).stdout.trim());
    expect(judgeToken(token, fromMillis(Date.now())).kind).toBe('valid');
  });

  it('refuses a secret that is easy to guess and says how to make one', async () => {
    const weak = '12345678901234567890123456789012';
    const { code, stderr } = await signed(1, { PORTAL_JWT_SECRET: weak });
    expect(code).toBe(2);
    expect(stderr).toContain('openssl rand -hex 32');
    expect(stderr).not.toContain(weak);
  });
});

describe('a command that is not told where Kafka is', () => {
  it.each(['setup', `publish ${FILE}`, 'export'])(
    'is wrong use, and says what to do: %s',
    async (words) => {
      const { code, stdout, stderr } = await shell(`"$0" ${COMMAND} ${words}`, {});
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: .*KAFKA_BROKERS.*\n {2}set KAFKA_BROKERS .*npm run stack/);
    },
  );
});

describe('a command that is told two places', () => {
  it.each(['generations list', 'history list'])('is wrong use: %s', async (words) => {
    const { code, stdout, stderr } = await shell(`"$0" ${COMMAND} ${words}`, {
      REDIS_URL: 'redis://127.0.0.1:1',
      REDIS_CLUSTER_NODES: '127.0.0.1:1',
    });
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'error: REDIS_URL: REDIS_CLUSTER_NODES is set, too; set one of them\n',
    ]);
  });
});
