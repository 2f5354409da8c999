import { fromMillis } from '@portal/billing';
import { seedDocuments } from '../documents.ts';
import { runLoad } from '../load/job.ts';
import { type OfferedResult, runOffered } from '../load/offered.ts';
import { startProcess } from '../process.ts';
import { dashboardPath, readerServer } from '../reader.ts';
import { type BenchContext, figuresOf, type Row } from '../row.ts';

const CUSTOMERS = 1_000;
/** Enough to keep one process busy; its answers per second are the capacity. */
const CONNECTIONS = 64;
const TIMES = 3;
/** Clients of the overload, three times as many as may wait for the store. Those that find no free connection wait, and their wait counts. */
const CLIENTS = 3_000;

interface Overload extends OfferedResult {
  readonly capacity: number;
}

/** Three times what the reader can do, offered whether it answers or not: what it still answers, and how it refuses. */
export const overload: Row = async (context) => {
  const rounds = context.quick ? 2 : 3;
  const prefix = `${context.prefix}-overload`;
  const until = fromMillis(Date.now());
  const { REDIS_URL } = context.services;
  await seedDocuments({ redisUrl: REDIS_URL, prefix, customers: CUSTOMERS, until });
  const results: Overload[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const result = await measure(context, prefix);
    results.push(result);
    context.say(
      `overload: round ${round + 1}/${rounds}: capacity ${Math.round(result.capacity)}, ` +
        `offered ${Math.round(result.offered)}, accepted ${Math.round(result.accepted)} requests/s`,
    );
  }
  const figure = figuresOf('overload');
  const each = (field: keyof Overload): readonly number[] => results.map((result) => result[field]);
  return [
    figure(`reader, ${CONNECTIONS} connections`, 'requests/s', each('capacity')),
    figure(`offered, ${TIMES} times that`, 'requests/s', each('offered')),
    figure('accepted', 'requests/s', each('accepted')),
    figure('accepted, p50 since the request was due', 'ms', each('p50')),
    figure('accepted, p99 since the request was due', 'ms', each('p99')),
    figure('503 with Retry-After', 'requests/s', each('shed')),
    figure('503 without Retry-After', 'requests', each('shedBare')),
    figure('other answers', 'requests', each('other')),
    figure('connections that broke', 'requests', each('broken')),
    figure('without an answer at the end', 'requests', each('unanswered')),
  ];
};

async function measure(context: BenchContext, prefix: string): Promise<Overload> {
  const { script, options } = readerServer(context, prefix);
  const { said, stop } = await startProcess(script, options);
  // With `include=meta`, whose answers are made for each request: remembered ones are faster than the load can be made.
  const paths = Array.from(
    { length: CUSTOMERS },
    (_, number) => `${dashboardPath(number)}&include=meta`,
  );
  const port = Number(said['port']);
  const [requests, seconds] = context.quick ? [6_000, 5] : [20_000, 15];
  try {
    const closed = { port, paths, connections: CONNECTIONS, warmup: requests / 2, requests };
    const { perSecond: capacity } = await runLoad(closed);
    const perSecond = capacity * TIMES;
    const offered = await runOffered({ port, paths, connections: CLIENTS, perSecond, seconds });
    return { capacity, ...offered };
  } finally {
    await stop();
  }
}
