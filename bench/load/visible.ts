import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromMillis } from '@portal/billing';
import { encodeEvent, topicOf } from '@portal/contracts';
import { type BillingEvent, customerRef } from '@portal/projection';
import kafkajs, { type Producer } from 'kafkajs';
import { openKafka } from '../../packages/streams/src/kafka/client.ts';
import { changeOf } from '../changes.ts';
import { seededRandom } from '../events.ts';
import { quantile } from '../row.ts';
import { type Connection, getOf, headerOf, openConnection } from './connection.ts';
import { type VisibleJob, type VisibleResult } from './watched.ts';

/** The reader is asked this often while an event is on its way, which costs it some 200 answers of 0.1 ms a second. */
const STEP_MS = 2;
/** How often the events that are due are sent, together. */
const TICK_MS = 5;
const WITHIN_MS = 30_000;

/** Produces at a steady rate and watches when some of it shows: a job on stdin, one line `{"result":…}` on stdout. */
async function main(): Promise<void> {
  const job = JSON.parse(await text(process.stdin)) as VisibleJob;
  const producer = (await openKafka({ brokers: job.brokers })).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  const connection = await openConnection(job.port);
  const result = await run(job, createSender(job, producer), connection);
  connection.close();
  await producer.disconnect();
  process.stdout.write(`${JSON.stringify({ result })}\n`);
}

type Sender = ReturnType<typeof createSender>;

/** Sends the next change of each of these customers. */
function createSender({ prefix, schemaIds, began, firstIndex }: VisibleJob, producer: Producer) {
  let index = firstIndex;
  return {
    sent: () => index - firstIndex,
    send: async (customers: readonly number[]): Promise<void> => {
      const at = fromMillis(Date.now());
      const events = customers.map((customer) =>
        changeOf({ customer, index: (index += 1), began, at }),
      );
      await producer.sendBatch({
        acks: -1,
        topicMessages: events.map((event) => ({
          topic: topicOf(event.family, prefix),
          messages: [messageOf(event, schemaIds)],
        })),
      });
    },
  };
}

const messageOf = (event: BillingEvent, schemaIds: VisibleJob['schemaIds']) => ({
  key: customerRef(event.organization_id, event.customer_id),
  value: encodeEvent(event, schemaIds[event.family]),
});

async function run(
  job: VisibleJob,
  sender: Sender,
  connection: Connection,
): Promise<VisibleResult> {
  const started = performance.now();
  const load = startLoad(job, sender);
  const milliseconds = await watch(job, sender, connection);
  const seconds = (performance.now() - started) / 1_000;
  await load.stop();
  const counted = Float64Array.from(milliseconds.slice(job.warmup));
  const sent = sender.sent();
  const [p50, p99] = [quantile(counted, 0.5), quantile(counted, 0.99)];
  return { p50, p99, sent, perSecond: sent / seconds };
}

/** Customers at random, so that every partition of every topic gets its share. Open loop: nothing is waited for. */
function startLoad({ load, customers, paths, firstIndex }: VisibleJob, { send }: Sender) {
  const random = seededRandom(firstIndex);
  const first = paths.length * 2;
  const started = performance.now();
  const sending = new Set<Promise<void>>();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - started) / 1_000) * load) - sent;
    if (due <= 0) return;
    sent += due;
    const some = Array.from(
      { length: due },
      () => first + Math.floor(random() * (customers - first)),
    );
    const one = send(some).finally(() => sending.delete(one));
    sending.add(one);
  }, TICK_MS);
  return {
    stop: async (): Promise<void> => {
      clearInterval(timer);
      await Promise.all(sending);
    },
  };
}

/** An event is visible once its customer's answer names another position: nobody else writes of that customer. */
async function watch(
  { port, paths, firstIndex, everyMs, watched, warmup }: VisibleJob,
  { send }: Sender,
  connection: Connection,
): Promise<readonly number[]> {
  const requests = paths.map((path) => getOf(port, path));
  const positionOf = async (customer: number): Promise<string> => {
    const answer = await connection.request(requests[customer] ?? Buffer.alloc(0));
    const position = headerOf(answer, 'Consistency-Token');
    if (answer.status !== 200 || position === null) throw new Error(`no answer: ${answer.head}`);
    return position;
  };
  const random = seededRandom(firstIndex);
  const positions: string[] = [];
  for (const customer of paths.keys()) positions.push(await positionOf(customer));
  const milliseconds: number[] = [];
  const underWay = new Map<number, number>();
  const sending: Promise<void>[] = [];
  let next = performance.now();
  while (milliseconds.length < warmup + watched) {
    const now = performance.now();
    if (sending.length < warmup + watched && now >= next) {
      const customer = sending.length % paths.length;
      if (underWay.has(customer)) throw new Error('an event shows later than all other customers’');
      underWay.set(customer, now);
      sending.push(send([customer * 2]));
      // At random, so that no rhythm of the projector's is met always or never.
      next = now + everyMs * (0.5 + random());
    }
    for (const [customer, since] of underWay) {
      const position = await positionOf(customer);
      if (position !== positions[customer]) {
        milliseconds.push(performance.now() - since);
        positions[customer] = position;
        underWay.delete(customer);
      } else if (now - since > WITHIN_MS) throw new Error(`not visible in ${WITHIN_MS} ms`);
    }
    await sleep(STEP_MS);
  }
  await Promise.all(sending);
  return milliseconds;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
