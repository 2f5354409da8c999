import { fromMillis, type Micros, MICROS_PER_DAY } from '@portal/billing';
import { DASHBOARD_PATH, signPortalToken } from '@portal/contracts';
import { benchCustomer } from './events.ts';
import { type ProcessOptions } from './process.ts';
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
