import { text } from 'node:stream/consumers';
import { type LoadJob, type LoadResult } from './job.ts';
import { getOf, openConnection } from './connection.ts';
import { quantile } from '../row.ts';

/** The load generator as a process: a job on stdin, one line `{"result":…}` on stdout. */
async function main(): Promise<void> {
  const job = JSON.parse(await text(process.stdin)) as LoadJob;
  const result = await run(job);
  process.stdout.write(`${JSON.stringify({ result })}\n`);
}

/** A busy machine may push an answer over the store's time budget; more than that is a fault. */
const FAILED_SHARE_MAX = 0.01;

async function run({ port, paths, connections, warmup, requests }: LoadJob): Promise<LoadResult> {
  const messages = paths.map((path) => getOf(port, path));
  const milliseconds = new Float64Array(requests);
  const total = warmup + requests;
  let next = 0;
  let started = 0;
  let failed = 0;
  const opened = await Promise.all(Array.from({ length: connections }, () => openConnection(port)));
  await Promise.all(
    opened.map(async (connection) => {
      while (next < total) {
        const index = next;
        next += 1;
        const message = messages[index % messages.length];
        if (message === undefined) throw new Error('a job needs at least one path');
        const sent = performance.now();
        if (index === warmup) started = sent;
        const { status } = await connection.request(message);
        if (index < warmup) continue;
        milliseconds[index - warmup] = performance.now() - sent;
        if (status !== 200) failed += 1;
      }
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  for (const connection of opened) connection.close();
  if (failed > requests * FAILED_SHARE_MAX) throw new Error(`${failed} answers were no 200`);
  const [p50, p99] = [quantile(milliseconds, 0.5), quantile(milliseconds, 0.99)];
  return { perSecond: (requests - failed) / seconds, p50, p99, failed };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
