import { fromMillis, type Micros, MICROS_PER_DAY } from '@portal/billing';
import { DASHBOARD_PATH, signPortalToken } from '@portal/contracts';
import { benchCustomer } from './events.ts';
import { runLoad } from './load/job.ts';
import { type ProcessOptions, startProcess } from './process.ts';
import { type BenchContext } from './row.ts';

/** A server as `startProcess` takes it. */
export interface Server {
  readonly script: string;
  readonly options: ProcessOptions;
}

const SECRET = 'S0meSecret-0f-the-Benchmarks/which+Nobody=Else_ever~Uses';

/** The reader as it ships, with its default settings, upon what lies in Redis under `prefix`. */
export const readerServer = (
  { services: { REDIS_URL }, profile }: BenchContext,
  prefix: string,
): Server => ({
  script: 'services/reader/dist/main.cjs',
  options: {
    environment: { REDIS_URL, REDIS_PREFIX: prefix, PORTAL_JWT_SECRET: SECRET },
    until: 'port',
    profile,
  },
});

/** What is asked of the reader for a customer; the token lives for a day. */
export function dashboardPath(number: number): string {
  const expiresAt = (fromMillis(Date.now()) + MICROS_PER_DAY) as Micros;
  return `${DASHBOARD_PATH}?token=${signPortalToken(SECRET, { ...benchCustomer(number), expiresAt })}`;
}

/** A few at a time, so that a read's own time is seen and not its place in a queue. */
const CONNECTIONS = 4;

/**
 * Milliseconds of a read of one customer, by a reader of its own. With `include=meta`, whose answers are never remembered: a
 * remembered one would not ask Redis at all.
 */
export async function readP50(
  context: BenchContext,
  prefix: string,
  number: number,
): Promise<number> {
  const { script, options } = readerServer(context, prefix);
  const { said, stop } = await startProcess(script, options);
  try {
    const { p50 } = await runLoad({
      ...{ port: Number(said['port']), connections: CONNECTIONS },
      ...(context.quick ? { warmup: 2_000, requests: 4_000 } : { warmup: 5_000, requests: 20_000 }),
      paths: [`${dashboardPath(number)}&include=meta`],
    });
    return p50;
  } finally {
    await stop();
  }
}
