import { randomUUID } from 'node:crypto';
import { defaultPartition, encodeEvent } from '@portal/contracts';
import { type BillingEvent, customerRef, DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore } from '@portal/stores';
import { decide, DEFAULT_PARTITIONS } from '@portal/streams';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from './corner.ts';
import { BAD_BYTES, BAD_EVENTS, goodEvent, somebody } from './malformed.ts';
import { eventually, startService } from './process.ts';
import { openRawKafka } from './raw-kafka.ts';
import { COMMAND, shell } from './shell.ts';
import { openTopics } from '../faults/topics.ts';

const GENERATION = generationOf(DEFAULT_SETTINGS);

/** Of one customer, so that all lie in one partition: where each lies is known from the order they are sent in. */
const WHO = somebody(randomUUID());
const REF = customerRef(WHO.organization_id, WHO.customer_id);
const PARTITION = defaultPartition(REF, DEFAULT_PARTITIONS);

interface Sent {
  readonly good: number;
  readonly magic: number;
  readonly schema: number;
  readonly contract: number;
}

const idOfInvoices = ({ schemaIds }: Corner): number => schemaIds.get('invoices') ?? Number.NaN;

async function sendPoison(corner: Corner): Promise<Sent> {
  const kafka = await openRawKafka(corner);
  const id = idOfInvoices(corner);
  const send = (value: Buffer | null) =>
    kafka.send('invoices', { partition: PARTITION, key: REF, value });
  const encode = (event: BillingEvent): Buffer => encodeEvent(event, id);
  const bytesOf = (name: string) =>
    BAD_BYTES.find((bad) => bad.name === name)?.value(WHO, id) ?? null;
  const negative = BAD_EVENTS.find(({ name }) => name === 'a negative version');
  if (negative === undefined) throw new Error('no such event');
  const sent = {
    good: await send(encode(goodEvent('invoices', 'before', WHO))),
    magic: await send(bytesOf('a wrong magic byte')),
    schema: await send(bytesOf('an unknown schema id')),
    contract: await send(encode(negative.event(WHO))),
  };
  await send(encode(goodEvent('invoices', 'after', WHO)));
  await kafka.close();
  return sent;
}

/** Folds what the topics hold. */
async function project(corner: Corner): Promise<void> {
  const projector = await startService('projector', corner.environment);
  await eventually(
    () => Promise.resolve(projector.log.join('\n')),
    (log) => log.includes('caught up'),
  );
  expect(await projector.kill('SIGTERM')).toBe(0);
}

describe('what is parked, at the command line', () => {
  let corner: Corner;
  let sent: Sent;
  beforeAll(async () => {
    corner = await openCorner();
    sent = await sendPoison(corner);
    await project(corner);
  });
  const parked = (words: string, more: Readonly<Record<string, string>> = {}) =>
    shell(`"$0" ${COMMAND} parked ${words}`, { ...corner.environment, ...more });
  const at = (offset: number) => `invoices/${PARTITION}@${offset}`;
  const show = async (offset: number) => {
    const { code, stdout, stderr } = await parked(`show ${at(offset)}`);
    expect([code, stderr]).toEqual([0, '']);
    return stdout;
  };

  it('is listed with code, customer and reason, and counted', async () => {
    const { code, stdout, stderr } = await parked('list');
    expect([code, stderr]).toEqual([0, '']);
    const [heading, head, ...lines] = stdout.split('\n');
    expect(heading).toBe(`generation ${GENERATION} (live)`);
    expect(head).toMatch(/^at +code +field +organization +customer +reason +first seen +last seen/);
    const ids = `${WHO.organization_id} +${WHO.customer_id}`;
    for (const [index, [offset, words]] of [
      [sent.magic, `wrong_magic_byte +- +${ids} +the first byte is 123 instead of 0`],
      [sent.schema, `unknown_schema_id +- +${ids} +`],
      [sent.contract, `contract_invalid +invoice.version +${ids} +must be 0 or more`],
    ].entries()) {
      expect(lines[index]).toMatch(new RegExp(`^${at(Number(offset))} +${words}`));
    }
    expect(stdout).toMatch(/\ncontract_invalid +invoices +1 +0 *\n/);
  });

  it('is listed as it is asked for, also as JSON and without Kafka', async () => {
    const list = async (words: string) => {
      const away = { KAFKA_BROKERS: '', SCHEMA_REGISTRY_URL: '' };
      const { code, stdout } = await parked(`list --json ${words}`, away);
      expect(code).toBe(0);
      return JSON.parse(stdout) as { records: { at: string }[]; moreRecords: number };
    };
    expect(await list(`--customer ${REF} --limit 2`)).toMatchObject({
      ...{ generation: GENERATION, live: true, storms: [], moreRecords: 1 },
      records: [
        { at: at(sent.magic), code: 'wrong_magic_byte', customer: REF },
        { at: at(sent.schema), code: 'unknown_schema_id', schemaId: 2_000_000_001 },
      ],
    });
    expect((await list('--code contract_invalid')).records).toMatchObject([
      { at: at(sent.contract), field: 'invoice.version' },
    ]);
    expect((await list('--family usage')).records).toEqual([]);
    expect((await list('--until 2020-01-01T00:00:00Z')).records).toEqual([]);
    expect((await list('--since 2020-01-01T00:00:00Z')).records).toHaveLength(3);
  });

  it('is shown one by one: the bytes, and what decoding says of them today', async () => {
    const magic = await show(sent.magic);
    expect(magic).toContain(`\n  key        ${REF}\n`);
    expect(magic).toMatch(/\n {2}schema id {2}-\n/);
    expect(magic).toContain('today      the same error as it is parked for, wrong_magic_byte: the');
    expect(magic).toMatch(/\n\nhex 7b22[0-9a-f]{508} … and \d+ more bytes\n$/);
    const schema = await show(sent.schema);
    expect(schema).toContain('\n  schema id  2000000001\n');
    expect(schema).toContain('the same error as it is parked for, unknown_schema_id: ');
    const contract = await show(sent.contract);
    expect(contract).toContain(`\n  schema id  ${idOfInvoices(corner)}\n`);
    expect(contract).toContain('contract_invalid of invoice.version: must be 0 or more');
    const good = await show(sent.good);
    expect(good).toContain('\n  today      it decodes\n');
    expect(good).toContain(`\n  parked     not in generation ${GENERATION} (live)\n`);
    expect(good).toContain('\n  "event_type": "invoice.');
  });

  it('is said to be outside the log, with exit code 1, where the log does not hold it', async () => {
    const { code, stdout, stderr } = await parked(`show ${at(9_999)} --json`);
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ record: null, gone: expect.stringContaining('the log ends before'), offset: 9_999 },
      parked: { kind: 'not_parked' },
    });
  });

  it('is still named when its record was trimmed away, and that is said with exit code 1', async () => {
    const topics = await openTopics(corner);
    await topics.trim('invoices', (partition) => (partition === PARTITION ? sent.schema : 0));
    await topics.close();
    const { code, stdout, stderr } = await parked(`show ${at(sent.magic)}`);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toContain(`\n  log        it is gone: the log begins at ${sent.schema} by now`);
    expect(stdout).toMatch(
      /\n {2}parked +in generation .*: wrong_magic_byte: the first byte is 123/,
    );
    expect((await show(sent.schema)).split('\n')[0]).toBe(at(sent.schema));
  });

  it('has a storm as one entry, and says whether it was accepted', async () => {
    const cause = { family: 'usage', partition: 1, code: 'avro_garbage', field: null } as const;
    const { redis: connection, prefix, kafka, registry } = corner;
    const store = createRedisStore({ connection, prefix, generation: GENERATION });
    await store.addToStorm(cause, [5, 6, 9], Date.now());
    const storms = async (more: Readonly<Record<string, string>> = {}) =>
      (await parked('list --family usage', more)).stdout;
    const line = (accepted: string) =>
      new RegExp(`\\nusage/1 +avro_garbage +- +- +5 to 9 +3 +${accepted} `);
    expect(await storms()).toMatch(line('no'));
    const answered = { decision_id: randomUUID(), decided_at: 0, decided_by: 'tests' };
    const range = { schema_id: null, first_offset: 0, last_offset: null };
    await decide(
      [
        {
          ...{ ...answered, reason: 'tests', decision_type: 'parked.accepted' },
          parked_accepted: { ...cause, ...range },
        },
      ],
      { kafka, registry, prefix },
    );
    expect(await storms()).toMatch(line('yes'));
    expect(await storms({ KAFKA_BROKERS: '127.0.0.1:1' })).toMatch(line('not known'));
    await store.removeStorm({ ...cause, last: 9 });
    await store.close();
  });

  it('takes a wrong use for one, and names what is wrong', async () => {
    for (const [words, says] of [
      ['list --code oops', '--code takes one of'],
      ['list --limit 0', '--limit takes a whole number from 1 to 10000'],
      ['list --generation {x}', '--generation takes a name'],
      ['list --generation v1-2020a-0123abcd', 'the store holds no generation v1-2020a-0123abcd'],
      ['show usage/3', 'usage/3 is no family/partition@offset'],
      ['show usage/6@0', 'there is no usage/6'],
    ] as const) {
      const { code, stdout, stderr } = await parked(words);
      expect([words, code, stdout, stderr]).toEqual([words, 2, '', expect.stringContaining(says)]);
    }
  });

  it('is told apart from a record of a log that was made again', async () => {
    const { prefix, kafka: connection, registry } = corner;
    const topics = await openTopics(corner);
    await topics.remake('invoices');
    await topics.close();
    const accepted = { family: 'invoices', partition: PARTITION, history: 1, begin: 0 } as const;
    const decision = {
      ...{ decision_id: randomUUID(), decided_at: 0, decided_by: 'tests', reason: 'tests' },
      ...{ decision_type: 'history.accepted' as const },
      history_accepted: { ...accepted, found: 'tests' },
    };
    await decide([decision], { kafka: connection, registry, prefix });
    const value = encodeEvent(goodEvent('invoices', 'after', WHO), idOfInvoices(corner));
    const kafka = await openRawKafka(corner);
    await kafka.send('invoices', { partition: PARTITION, key: REF, value });
    await kafka.close();
    const before = await parked(`show ${at(sent.contract)}`);
    expect(before.code).toBe(1);
    expect(before.stdout).toContain('it is gone: the log begins at 0 (history 1) by now');
    const place = `${at(0)} (history 1)`;
    const now = await parked(`show '${place}'`);
    expect([now.code, now.stdout.split('\n')[0]]).toEqual([0, place]);
    expect(now.stdout).toContain('\n  today      it decodes\n');
  });
});

describe('what is parked where nothing is live yet', () => {
  it('is not taken for nothing', async () => {
    const { environment } = await openCorner();
    const { code, stderr } = await shell(`"$0" ${COMMAND} parked list`, environment);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no generation is live')]);
  });
});
