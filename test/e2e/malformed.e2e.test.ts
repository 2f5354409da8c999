import { randomUUID } from 'node:crypto';
import { parseIso, type Micros } from '@portal/billing';
import { defaultPartition, encodeEvent } from '@portal/contracts';
import {
  type BillingEvent,
  customerRef,
  type DashboardSummary,
  DEFAULT_SETTINGS,
  type Family,
} from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore, type DocumentStore } from '@portal/stores';
import { DEFAULT_PARTITIONS } from '@portal/streams';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from './corner.ts';
import { openEmbedded } from './embedded.ts';
import { eventLine } from './event-line.ts';
import {
  BAD_BYTES,
  BAD_EVENTS,
  type Fate,
  goodEvent,
  type PoisonedFamily,
  somebody,
  type Somebody,
  subscriptionOf,
} from './malformed.ts';
import { countedRecords } from './metrics.ts';
import { eventually, type ServiceProcess, startService } from './process.ts';
import { openRawKafka, type RawKafka } from './raw-kafka.ts';
import { openReader, readDashboard, type TestReader } from './reader.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;

/** How many good events of the family the answer counts. */
const goodCounted = (family: PoisonedFamily, summary: DashboardSummary): number =>
  family === 'invoices'
    ? summary.quick_actions.outstanding_invoice_count
    : Number(summary.usage_progress[0]?.current_usage);

describe('a malformed value in Kafka', () => {
  let corner: Corner;
  let kafka: RawKafka;
  let projector: ServiceProcess;
  let reader: TestReader;
  let store: DocumentStore;

  beforeAll(async () => {
    corner = await openCorner();
    kafka = await openRawKafka(corner);
    await kafka.allowBytes('invoices', 20_000_000);
    projector = await startService('projector', corner.environment);
    reader = await openReader(corner, NOW);
    store = createRedisStore({
      connection: corner.redis,
      prefix: corner.prefix,
      generation: generationOf(DEFAULT_SETTINGS),
    });
  });
  afterAll(async () => {
    expect(await projector.kill('SIGTERM')).toBe(0);
    await Promise.all([reader.stop(), store.close(), kafka.close()]);
  });

  const schemaId = (family: Family): number => corner.schemaIds.get(family) ?? Number.NaN;
  const encode = (event: BillingEvent): Buffer => encodeEvent(event, schemaId(event.family));

  /** Good, bad with the customer's key, bad with nobody's key, good: all in one partition. */
  async function sendAround(who: Somebody, family: PoisonedFamily, bad: Buffer | null) {
    const key = customerRef(who.organization_id, who.customer_id);
    const partition = defaultPartition(key, DEFAULT_PARTITIONS);
    const good = (name: 'before' | 'after') => encode(goodEvent(family, name, who));
    const terms = encode(subscriptionOf(who));
    await kafka.send('subscriptions', { partition, key, value: terms });
    await kafka.send(family, { partition, key, value: good('before') });
    const keyed = await kafka.send(family, { partition, key, value: bad });
    const unkeyed = await kafka.send(family, { partition, key: 'nobody', value: bad });
    const last = await kafka.send(family, { partition, key, value: good('after') });
    return { partition, keyed, unkeyed, last };
  }

  const poisons = [
    ...BAD_BYTES,
    ...BAD_EVENTS.map((bad) => ({ ...bad, value: (who: Somebody) => encode(bad.event(who)) })),
  ];

  it.each(poisons)('$name: has its stated outcome and costs nothing else', async (poison) => {
    const { family, fate } = poison;
    const who = somebody(randomUUID());
    const before = await countedRecords(projector.url);
    const sent = await sendAround(who, family, poison.value(who, schemaId(family)));
    const { partition } = sent;
    const committed = await eventually(
      () => kafka.committed(family, partition),
      (offset) => offset > sent.last,
    );
    expect(committed).toBe(sent.last + 1);

    const parked = (await store.parked(1_000)).filter(
      (entry) => entry.family === family && entry.partition === partition,
    );
    const own = parked.filter(({ offset }) => [sent.keyed, sent.unkeyed].includes(offset));
    const ref = customerRef(who.organization_id, who.customer_id);
    const { summary, state } = await eventually(
      () => readDashboard(reader.url, who.organization_id, who.customer_id, NOW),
      ({ summary: read }) => goodCounted(family, read) >= 2,
    );
    expect(goodCounted(family, summary)).toBe(2);
    const counted = await countedRecords(projector.url);
    const more = (names: 'by' | 'parked', name: string): number =>
      (counted[names].get(name) ?? 0) - (before[names].get(name) ?? 0);

    if (fate.kind === 'parked') {
      const { code, field } = fate;
      const reason: unknown = expect.stringContaining(poison.reason);
      expect(own).toMatchObject([
        { offset: sent.keyed, key: ref, ref, code, field, reason },
        { offset: sent.unkeyed, key: 'nobody', ref: null, code, field, reason },
      ]);
      expect(state).toBe('degraded; reason="hole"');
      expect(more('parked', code)).toBe(2);
      expect(more('by', `${family}/parked`)).toBe(2);
    } else {
      expect(own).toEqual([]);
      expect(state).toBeNull();
      expect(more('by', `${family}/${fate.outcome}`)).toBe(2);
    }

    expect((await fetch(`${projector.url}/livez`)).status).toBe(200);
  });
});

/** One line of the embedded default's input that is wrong. */
interface BadLine {
  readonly name: string;
  readonly family: PoisonedFamily;
  readonly fate: Fate | { readonly kind: 'reported' };
  /** After `file:line: `; null when nothing is said, because nothing is malformed. */
  readonly said: RegExp | null;
  readonly line: (who: Somebody) => string;
}

const LINES: readonly BadLine[] = [
  {
    name: 'bad JSON',
    family: 'invoices',
    fate: { kind: 'reported' },
    said: /^line: .*JSON|^line: .+expected/i,
    line: () => '{"topic":"billing.invoices","value":{',
  },
  {
    name: 'an unknown topic',
    family: 'invoices',
    fate: { kind: 'reported' },
    said: /^topic: "billing.refunds" is no topic of billing$/,
    line: () => '{"topic":"billing.refunds","value":{}}',
  },
  {
    name: 'a line of 10 MB',
    family: 'invoices',
    fate: { kind: 'reported' },
    said: /^line: the line is longer than 8000000 bytes$/,
    line: (who) => lineOf(goodEvent('invoices', 'after', who), { number: '9'.repeat(10_000_000) }),
  },
  {
    name: 'a null value',
    family: 'invoices',
    fate: { kind: 'counted', outcome: 'null' },
    said: null,
    line: (who) =>
      JSON.stringify({
        topic: 'billing.invoices',
        key: customerRef(who.organization_id, who.customer_id),
        value: null,
      }),
  },
  ...BAD_EVENTS.map((bad): BadLine => {
    const { name, family, fate, event } = bad;
    const said = fate.kind === 'parked' ? new RegExp(`^${fate.field}: .*${bad.reason}`) : null;
    return { name, family, fate, said, line: (who) => lineOf(event(who), {}, who) };
  }),
];

/** With the customer's own key, as a producer that is wrong about one field still gives it. */
function lineOf(event: BillingEvent, change: object, who: Somebody = event): string {
  const { value } = JSON.parse(eventLine(event)) as { value: Record<string, object> };
  if ('invoice' in value) Object.assign(value['invoice'] ?? {}, change);
  const key = customerRef(who.organization_id, who.customer_id);
  return JSON.stringify({ topic: `billing.${event.family}`, key, value });
}

describe('a malformed line of an NDJSON file', () => {
  it.each(LINES)('$name: is told of, and costs nothing else', async (bad) => {
    const { family, fate } = bad;
    const who = somebody(randomUUID());
    const embedded = await openEmbedded(
      [
        eventLine(subscriptionOf(who)),
        eventLine(goodEvent(family, 'before', who)),
        bad.line(who),
        eventLine(goodEvent(family, 'after', who)),
      ],
      NOW,
    );
    const { organization_id, customer_id } = who;
    const { summary, state } = await readDashboard(embedded.url, organization_id, customer_id, NOW);
    expect(goodCounted(family, summary)).toBe(2);
    expect(state).toBe(fate.kind === 'parked' ? 'degraded; reason="hole"' : null);
    const place = `${embedded.file}:3: `;
    expect(embedded.malformed.map((text) => text.startsWith(place))).toEqual(
      bad.said === null ? [] : [true],
    );
    if (bad.said !== null) {
      expect(embedded.malformed[0]?.slice(place.length)).toMatch(bad.said);
    }
    const counted = await countedRecords(embedded.url);
    if (fate.kind === 'parked') expect([...counted.parked]).toEqual([[fate.code, 1]]);
    if (fate.kind === 'counted') expect(counted.by.get(`${family}/${fate.outcome}`)).toBe(1);
    if (fate.kind === 'reported') expect(counted.total).toBe(3);
    await embedded.stop();
  });
});
