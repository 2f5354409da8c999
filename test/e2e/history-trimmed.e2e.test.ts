import { type Micros, parseIso } from '@portal/billing';
import { DASHBOARD_PATH, signPortalToken, topicOf } from '@portal/contracts';
import {
  type BillingEvent,
  customerRef,
  DEFAULT_SETTINGS,
  type DashboardSummary,
  type DetailedAnswer,
} from '@portal/projection';
import { generationOf } from '@portal/projector';
import {
  aCharge,
  anEntitlement,
  aSubscription,
  at,
  aUsage,
  differences,
  eventually,
  ORGANIZATION,
  storedCustomers,
} from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import { CUSTOMERS } from '../faults/calls.ts';
import { expectFreshFold } from '../faults/stored.ts';
import { openTopics } from '../faults/topics.ts';
import { type Corner, openCorner, SECRET } from './corner.ts';
import { eventLine } from './event-line.ts';
import { startService } from './process.ts';
import { openReader } from './reader.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;

/** Of every two customers the first has been there for years. */
const isOld = (index: number): boolean => index % 2 === 0;

const terms = CUSTOMERS.map((customer_id, index) => {
  const started_at = at(isOld(index) ? '2024-01-15T09:30:00Z' : '2026-07-01T00:00:00Z');
  const charge = { aggregation: 'sum', properties: { amount: '100' } } as const;
  return aSubscription(
    {
      ...{ started_at, subscription_at: started_at, created_at: started_at },
      charges: [
        aCharge({ ...charge, id: 'seats', metric_code: 'seats', recurring: true }),
        aCharge({ ...charge, id: 'calls', metric_code: 'calls' }),
      ],
      entitlements: [anEntitlement({ feature_code: 'seats', value: '10' })],
    },
    { customer_id },
  );
});

const usage = (iso: string, more: Partial<Parameters<typeof aUsage>[0]>, whose = isOld) =>
  CUSTOMERS.flatMap((customer_id, index): BillingEvent[] => {
    const timestamp = at(iso);
    const around = { customer_id, event_id: `${iso} ${index}`, occurred_at: timestamp };
    return whose(index) ? [aUsage({ ...more, timestamp }, around)] : [];
  });
const seats = (value: string) => ({ metric_code: 'seats', kind: 'change', value }) as const;

/** As a topic that set-up did not make: a record keeps the time its producer gave it. */
async function keepProducersTimes({ kafka, prefix }: Corner): Promise<void> {
  const client = new kafkajs.Kafka({
    ...{ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING },
  });
  const admin = client.admin();
  await admin.connect();
  const topic = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topicOf('usage', prefix) };
  const setting = { name: 'message.timestamp.type', value: 'CreateTime' };
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ ...topic, configEntries: [setting] }],
  });
  await eventually(
    () => admin.describeConfigs({ resources: [topic], includeSynonyms: false }),
    ({ resources }) =>
      resources[0]?.configEntries.some(
        ({ configName, configValue }) =>
          configName === setting.name && configValue === setting.value,
      ) ?? false,
  );
  await admin.disconnect();
}

type Answer = DashboardSummary & Pick<DetailedAnswer, 'details'>;

async function answersOf(url: string): Promise<readonly Answer[]> {
  return Promise.all(
    CUSTOMERS.map(async (customerId) => {
      const expiresAt = (NOW + 60_000_000) as Micros;
      const token = signPortalToken(SECRET, {
        ...{ organizationId: ORGANIZATION, customerId, expiresAt },
      });
      const response = await fetch(`${url}${DASHBOARD_PATH}?token=${token}&include=meta,details`);
      if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
      return (await response.json()) as Answer;
    }),
  );
}

describe('a usage topic whose beginning is gone when a generation first reads it', () => {
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  it('tells what stands of nobody who was there before, all of those who came later, and the same bytes again', async () => {
    const corner = await openCorner();
    const topics = await openTopics(corner);
    opened.push(topics);
    await keepProducersTimes(corner);
    const publish = (events: readonly BillingEvent[]): Promise<void> =>
      corner.publish(events.map((event) => eventLine(event)));
    await publish([...terms, ...usage('2024-06-01T12:00:00Z', seats('5'))]);
    await topics.trim('usage');
    await publish(usage('2026-06-01T12:00:00Z', seats('1')));
    await publish(usage('2026-08-01T12:00:00Z', seats('3'), (index) => !isOld(index)));
    await publish(usage('2026-11-20T12:00:00Z', { metric_code: 'calls' }, () => true));

    const projector = await startService('projector', corner.environment);
    const reader = await openReader(corner, NOW);
    opened.push({ close: () => reader.stop() });
    const answers = await eventually(
      () => answersOf(reader.url),
      (all) => all.every(({ upcoming_charges: [row] }) => (row?.usage_amount_cents ?? 0) > 0),
    );
    for (const [index, answer] of answers.entries()) {
      const { details, usage_progress: progress, upcoming_charges: rows } = answer;
      const told = {
        amount: rows[0]?.usage_amount_cents,
        seats: progress[0]?.current_usage,
        reasons: details.unavailable.map((line) => line.reason),
      };
      const reason =
        'history_trimmed: usage from before 2026-06-04 may be missing, and all since the subscription began is needed';
      expect(told).toEqual(
        isOld(index)
          ? { amount: 100, seats: null, reasons: [reason, reason] }
          : { amount: 400, seats: '3', reasons: [] },
      );
    }
    const lines = projector.log.filter((line) => line.includes('"trimmed_at"'));
    const numbers = lines.map((line) => (JSON.parse(line) as { partition: number }).partition);
    expect(numbers.length).toBeGreaterThan(0);
    expect(new Set(numbers).size).toBe(numbers.length);
    const metrics = await (await fetch(`${projector.url}/metrics`)).text();
    expect(metrics).toContain(
      `portal_projector_usage_trimmed_before_seconds{partition="${numbers[0]}",service="projector"} ${Date.parse('2026-06-04T12:00:00Z') / 1_000}`,
    );
    await expectFreshFold(corner);

    // A rebuild of the same log from the same begin, in a store of its own.
    const redisPrefix = `${corner.prefix}-again`;
    const again = await startService('projector', {
      ...corner.environment,
      REDIS_PREFIX: redisPrefix,
    });
    await expectFreshFold({ ...corner, redisPrefix });
    const refs = CUSTOMERS.map((customer_id) => customerRef(ORGANIZATION, customer_id));
    const stored = (prefix: string) =>
      storedCustomers(
        { kind: 'redis', connection: corner.redis, prefix },
        generationOf(DEFAULT_SETTINGS),
        refs,
      );
    expect(differences(await stored(redisPrefix), await stored(corner.prefix))).toEqual([]);
    expect(await again.kill('SIGTERM')).toBe(0);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
