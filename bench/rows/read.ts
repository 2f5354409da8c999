import { fromMillis } from '@portal/billing';
import { type CustomerRef } from '@portal/projection';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { SEED_GENERATION, seedDocuments } from '../documents.ts';
import { type LoadResult, runLoad } from '../load/job.ts';
import { startProcess } from '../process.ts';
import { dashboardPath, readerServer, type Server } from '../reader.ts';
import {
  atLeast,
  atMost,
  type BenchContext,
  type Figure,
  figuresOf,
  ratios,
  type Row,
} from '../row.ts';

interface Plan {
  readonly row: 'read-warm' | 'read-cold';
  readonly customers: number;
  readonly warmup: number;
  readonly requests: number;
  readonly rounds: number;
}

const CONNECTIONS = 64;

/** A thousand customers in turn: whatever can be remembered is remembered. */
export const readWarm: Row = (context) =>
  measure(
    context,
    context.quick
      ? { row: 'read-warm', customers: 1_000, warmup: 4_000, requests: 10_000, rounds: 3 }
      : { row: 'read-warm', customers: 1_000, warmup: 10_000, requests: 40_000, rounds: 5 },
  );

/**
 * Every request, those of the warm-up included, another customer: nothing can be remembered. A long warm-up, as ours runs
 * far more code than its floors, which V8 compiles late: what is measured is the steady state.
 */
export const readCold: Row = (context) =>
  measure(
    context,
    context.quick
      ? { row: 'read-cold', customers: 20_000, warmup: 10_000, requests: 10_000, rounds: 3 }
      : { row: 'read-cold', customers: 60_000, warmup: 30_000, requests: 30_000, rounds: 3 },
  );

type ServerName = 'http' | 'express' | 'fastify' | 'ours';
type Results = Readonly<Record<ServerName, LoadResult[]>>;

interface Contestant extends Server {
  readonly name: ServerName;
  readonly paths: readonly string[];
}

async function measure(context: BenchContext, plan: Plan): Promise<readonly Figure[]> {
  const prefix = `${context.prefix}-${plan.row}`;
  context.say(`${plan.row}: seeding ${plan.customers} customers`);
  const refs = await seedDocuments({
    redisUrl: context.services.REDIS_URL,
    prefix,
    customers: plan.customers,
    until: fromMillis(Date.now()),
  });
  const contestants = contestantsOf(context, prefix, refs);
  const results: Results = { http: [], express: [], fastify: [], ours: [] };
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const one of round % 2 === 0 ? contestants : contestants.toReversed()) {
      const result = await loadOnce(one, plan);
      results[one.name].push(result);
      context.say(
        `${plan.row}: round ${round + 1}/${plan.rounds}, ${one.name}: ` +
          `${Math.round(result.perSecond)} requests/s, p99 ${result.p99.toFixed(1)} ms`,
      );
    }
  }
  return figures(plan.row, results);
}

/** A fresh process each time: what an earlier round left in it would help the next one. */
async function loadOnce({ script, options, paths }: Contestant, plan: Plan): Promise<LoadResult> {
  const { said, stop } = await startProcess(script, options);
  try {
    const { warmup, requests } = plan;
    const job = { port: Number(said['port']), connections: CONNECTIONS, warmup, requests };
    return await runLoad({ ...job, paths });
  } finally {
    await stop();
  }
}

function contestantsOf(
  context: BenchContext,
  prefix: string,
  refs: readonly CustomerRef[],
): readonly Contestant[] {
  const { REDIS_URL } = context.services;
  const KEY = keysOf(prefix, SEED_GENERATION).document('*' as CustomerRef);
  const floor = {
    options: { environment: { REDIS_URL, KEY }, until: 'port' },
    paths: refs.map((ref) => `/${ref}`),
  };
  return [
    { name: 'http', script: 'bench/floors/node-http.ts', ...floor },
    { name: 'express', script: 'bench/floors/express.ts', ...floor },
    { name: 'fastify', script: 'bench/floors/fastify.ts', ...floor },
    {
      name: 'ours',
      ...readerServer(context, prefix),
      paths: refs.map((_, number) => dashboardPath(number)),
    },
  ];
}

function figures(row: Plan['row'], { http, express, fastify, ours }: Results): readonly Figure[] {
  const figure = figuresOf(row);
  const rates = (results: readonly LoadResult[]) => results.map(({ perSecond }) => perSecond);
  const p50s = (results: readonly LoadResult[]) => results.map(({ p50 }) => p50);
  const p99s = (results: readonly LoadResult[]) => results.map(({ p99 }) => p99);
  const failed = ours.map((result) => result.failed);
  const over = (floor: readonly LoadResult[]) => ratios(rates(ours), rates(floor));
  const warm = row === 'read-warm';
  const goals = {
    http: warm ? atLeast(0.85, 1) : atLeast(0.4, 0.5),
    express: warm ? atLeast(3, 4) : null,
    p99: warm ? atMost(1.5, 1.3) : null,
  };
  return [
    figure('floor: node:http + GET', 'requests/s', rates(http)),
    figure('floor: Express + GET', 'requests/s', rates(express)),
    figure('floor: Fastify + GET', 'requests/s', rates(fastify)),
    figure('reader', 'requests/s', rates(ours)),
    figure('reader, p50', 'ms', p50s(ours)),
    figure('reader, p99', 'ms', p99s(ours)),
    figure('reader, answers that were no 200', '', failed),
    figure('requests/s, reader ÷ node:http + GET', '', over(http), goals.http),
    figure('requests/s, reader ÷ Express + GET', '', over(express), goals.express),
    figure('requests/s, reader ÷ Fastify + GET', '', over(fastify)),
    figure('p99, reader ÷ node:http + GET', '', ratios(p99s(ours), p99s(http)), goals.p99),
  ];
}
