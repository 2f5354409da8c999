import { encodeEvent, SCHEMA_TEXTS, subjectOf, topicOf } from '@portal/contracts';
import { type CustomerId, customerRef, type Family } from '@portal/projection';
import { aCharge, aSubscription, aUsage, aWallet, ORGANIZATION } from '@portal/testkit';
import { expect } from '@jest/globals';
import kafkajs from 'kafkajs';
import { type Corner } from '../e2e/corner.ts';

export const CUSTOMERS = Array.from(
  { length: 40 },
  (_, index) => `33333333-3333-4333-8333-${String(index).padStart(12, '0')}` as CustomerId,
);
/** More than a customer has holes one by one. */
const EACH = 130;

export const subscriptions = CUSTOMERS.map((customer_id) =>
  aSubscription(
    { charges: [aCharge({ aggregation: 'count', properties: { amount: '100' } })] },
    { customer_id },
  ),
);
export const usage = Array.from({ length: EACH }, (_, index) =>
  CUSTOMERS.map((customer_id) => aUsage({}, { customer_id, event_id: `${index} ${customer_id}` })),
).flat();
export const wallets = CUSTOMERS.map((customer_id) => aWallet({}, { customer_id }));

/** The times of a fault, for docs/operations.md: printed when HOLES_TIMES is set. */
export function stopwatch(name: string) {
  const started = performance.now();
  return (what: string): void => {
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    if (process.env['HOLES_TIMES'] === '1') process.stderr.write(`${name}: ${seconds} s ${what}\n`);
  };
}

/** A newer producer's schema of usage. */
export const NEWER = JSON.stringify({
  ...(JSON.parse(SCHEMA_TEXTS.usage) as object),
  doc: 'what a newer producer registered',
});

export async function register(
  { registry, prefix }: Corner,
  family: Family,
  text = SCHEMA_TEXTS[family],
): Promise<number> {
  const response = await fetch(`${registry.url}/subjects/${subjectOf(family, prefix)}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: text }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly id: number }).id;
}

const AT_ONCE = 1_000;

/** Usage as a newer producer writes it: with another schema id. All of it in one partition, if that is given. */
export async function sendUsage(
  corner: Corner,
  schemaId: number,
  partition?: number,
): Promise<void> {
  const producer = new kafkajs.Kafka({
    brokers: [...corner.kafka.brokers],
  }).producer();
  await producer.connect();
  const messages = usage.map((event) => ({
    ...(partition === undefined ? {} : { partition }),
    key: customerRef(ORGANIZATION, event.customer_id),
    value: encodeEvent(event, schemaId),
    timestamp: String(Math.floor(event.occurred_at / 1_000)),
  }));
  const topic = topicOf('usage', corner.prefix);
  // A broker takes a megabyte of one partition at once.
  for (let index = 0; index < messages.length; index += AT_ONCE) {
    await producer.send({ topic, messages: messages.slice(index, index + AT_ONCE) });
  }
  await producer.disconnect();
}
