import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../row.ts';
import { type Connection, getOf, headerOf, openConnection } from './connection.ts';
import { type OfferedJob, type OfferedResult } from './offered.ts';

const TICK_MS = 1;
/** What has no answer this long after the last request was due gets none. */
const PATIENCE_MS = 10_000;

/** Requests at a steady rate, whether there are answers or not: a job on stdin, one line `{"result":…}` on stdout. */
async function main(): Promise<void> {
  const job = JSON.parse(await text(process.stdin)) as OfferedJob;
  const result = await offer(job);
  process.stdout.write(`${JSON.stringify({ result })}\n`, () => process.exit(0));
}

/** Each request has its instant: what waits here for a free connection waits as its client would. */
async function offer({ port, paths, connections, perSecond, seconds }: OfferedJob) {
  const messages = paths.map((path) => getOf(port, path));
  const free = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  const waiting: number[] = [];
  const accepted: number[] = [];
  const count = { shed: 0, shedBare: 0, other: 0, broken: 0 };
  const total = Math.floor(perSecond * seconds);
  let [due, asked, underWay] = [0, 0, 0];

  async function ask(connection: Connection, since: number): Promise<void> {
    underWay += 1;
    asked += 1;
    let next = connection;
    try {
      const answer = await connection.request(messages[asked % messages.length] ?? Buffer.alloc(0));
      if (answer.status === 200) accepted.push(performance.now() - since);
      else if (answer.status !== 503) count.other += 1;
      else if (headerOf(answer, 'Retry-After') === null) count.shedBare += 1;
      else count.shed += 1;
    } catch {
      count.broken += 1;
      connection.close();
      next = await openConnection(port);
    }
    underWay -= 1;
    const first = waiting.shift();
    if (first === undefined) free.push(next);
    else void ask(next, first);
  }

  const started = performance.now();
  while (due < total) {
    const now = performance.now();
    const wanted = Math.min(total, Math.floor(((now - started) / 1_000) * perSecond));
    for (; due < wanted; due += 1) {
      const since = started + (due * 1_000) / perSecond;
      const connection = free.pop();
      if (connection === undefined) waiting.push(since);
      else void ask(connection, since);
    }
    await sleep(TICK_MS);
  }
  const deadline = performance.now() + PATIENCE_MS;
  while (underWay > 0 && performance.now() < deadline) await sleep(TICK_MS);
  const milliseconds = Float64Array.from(accepted);
  // Answers that come behind the last request count with the time they took.
  const elapsed = (performance.now() - started) / 1_000;
  return {
    ...{ ...count, offered: total / seconds, accepted: accepted.length / elapsed },
    shed: count.shed / elapsed,
    ...{ p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) },
    unanswered: waiting.length + underWay,
  } satisfies OfferedResult;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
