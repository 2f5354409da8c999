import { fromMillis, type Micros, MICROS_PER_DAY } from '@portal/billing';
import { DASHBOARD_PATH, signPortalToken } from '@portal/contracts';
import { type CustomerRef } from '@portal/projection';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { SEED_GENERATION, seedDocuments } from '../documents.ts';
import { benchCustomer } from '../events.ts';
import { type LoadResult, runLoad } from '../load/job.ts';
import { type ProcessOptions, startProcess } from '../process.ts';
import { type BenchContext, type Figure, type Goal, ratios, type Row } from '../row.ts';

interface Plan {
  readonly row: 'read-warm' | 'read-cold';
  readonly customers: number;
  readonly warmup: number;
  readonly requests: number;
  readonly rounds: number;
}

const CONNECTIONS = 64;
const SECRET = 'S0meSecret-0f-the-Benchmarks/which+Nobody=Else_ever~Uses';

/** A thousand customers in turn: whatever can be remembered is remembered. */
export const readWarm: Row = (context) =>
  measure(
    context,
    context.quick
      ? { row: 'read-warm', customers: 1_000, warmup: 4_000, requests: 10_000, rounds: 3 }
      : { row: 'read-warm', customers: 1_000, warmup: 10_000, requests: 40_000, rounds: 5 },
  );

/** Every request, those of the warm-up included, another customer: nothing can be remembered. */
export const readCold: Row = (context) =>
  measure(
    context,
    context.quick
      ? { row: 'read-cold', customers: 10_000, warmup: 3_000, requests: 7_000, rounds: 3 }
      : { row: 'read-cold', customers: 30_000, warmup: 10_000, requests: 20_000, rounds: 5 },
  );

type ServerName = 'http' | 'express' | 'ours';

interface Server {
  readonly name: ServerName;
  readonly script: string;
  readonly options: Omit<ProcessOptions, 'until'>;
  readonly paths: readonly string[];
}

async function measure(context: BenchContext, plan: Plan): Promise<readonly Figure[]> {
  const now = fromMillis(Date.now());
  const prefix = `${context.prefix}-${plan.row}`;
  context.say(`${plan.row}: seeding ${plan.customers} customers`);
  const refs = await seedDocuments({
    redisUrl: context.services.REDIS_URL,
    prefix,
    customers: plan.customers,
    until: now,
  });
  const servers = serversOf(context, prefix, refs, now);
  const results: Record<ServerName, LoadResult[]> = { http: [], express: [], ours: [] };
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const result = await loadOnce(server, plan);
      results[server.name].push(result);
      context.say(
        `${plan.row}: round ${round + 1}/${plan.rounds}, ${server.name}: ` +
          `${Math.round(result.perSecond)} requests/s, p99 ${result.p99.toFixed(1)} ms`,
      );
    }
  }
  return figuresOf(plan.row, results);
}

/** A fresh process each time: what an earlier round left in it would help the next one. */
async function loadOnce(server: Server, plan: Plan): Promise<LoadResult> {
  const { said, stop } = await startProcess(server.script, { ...server.options, until: 'port' });
  try {
    const { warmup, requests } = plan;
    const job = { port: Number(said['port']), connections: CONNECTIONS, warmup, requests };
    return await runLoad({ ...job, paths: server.paths });
  } finally {
    await stop();
  }
}

function serversOf(
  { services, profile }: BenchContext,
  prefix: string,
  refs: readonly CustomerRef[],
  now: Micros,
): readonly Server[] {
  const { REDIS_URL } = services;
  const key = keysOf(prefix, SEED_GENERATION).document('*' as CustomerRef);
  const floor = {
    options: { environment: { REDIS_URL, KEY: key } },
    paths: refs.map((r) => `/${r}`),
  };
  const expiresAt = (now + MICROS_PER_DAY) as Micros;
  const environment = { REDIS_URL, REDIS_PREFIX: prefix, PORTAL_JWT_SECRET: SECRET };
  return [
    { name: 'http', script: 'bench/floors/node-http.ts', ...floor },
    { name: 'express', script: 'bench/floors/express.ts', ...floor },
    {
      name: 'ours',
      script: 'services/reader/dist/main.cjs',
      options: { environment, profile },
      paths: refs.map((_, number) => {
        const token = signPortalToken(SECRET, { ...benchCustomer(number), expiresAt });
        return `${DASHBOARD_PATH}?token=${token}`;
      }),
    },
  ];
}

function figuresOf(
  row: Plan['row'],
  { http, express, ours }: Readonly<Record<ServerName, readonly LoadResult[]>>,
): readonly Figure[] {
  const figure = (
    what: string,
    unit: string,
    values: readonly number[],
    goal: Goal | null = null,
  ) => ({
    row,
    what,
    unit,
    values,
    goal,
  });
  const rates = (results: readonly LoadResult[]) => results.map(({ perSecond }) => perSecond);
  const p50s = (results: readonly LoadResult[]) => results.map(({ p50 }) => p50);
  const p99s = (results: readonly LoadResult[]) => results.map(({ p99 }) => p99);
  const isWarm = row === 'read-warm';
  return [
    figure('floor: node:http + GET', 'requests/s', rates(http)),
    figure('floor: Express + GET', 'requests/s', rates(express)),
    figure('reader', 'requests/s', rates(ours)),
    figure('reader, p50', 'ms', p50s(ours)),
    figure('reader, p99', 'ms', p99s(ours)),
    figure(
      'reader, answers that were no 200',
      '',
      ours.map(({ failed }) => failed),
    ),
    figure('requests/s, reader ÷ node:http', '', ratios(rates(ours), rates(http)), {
      kind: 'at_least',
      value: isWarm ? 0.6 : 0.35,
    }),
    figure(
      'requests/s, reader ÷ Express',
      '',
      ratios(rates(ours), rates(express)),
      isWarm ? { kind: 'at_least', value: 1.8 } : null,
    ),
    figure(
      'p99, reader ÷ node:http',
      '',
      ratios(p99s(ours), p99s(http)),
      isWarm ? { kind: 'at_most', value: 1.5 } : null,
    ),
  ];
}
