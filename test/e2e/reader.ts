import { type Micros } from '@portal/billing';
import {
  createTokenVerifier,
  DASHBOARD_PATH,
  ownZoneData,
  signPortalToken,
} from '@portal/contracts';
import { type CustomerId, type DashboardSummary, type OrganizationId } from '@portal/projection';
import { createReaderApp, listenerOf, storeReadiness } from '@portal/reader';
import { createLogger, createMetricsRegistry, listen } from '@portal/runtime';
import { createRedisReader } from '@portal/stores';
import { type Corner, SECRET } from './corner.ts';
import { eventually } from './process.ts';

export interface TestReader {
  readonly url: string;
  stop(): Promise<void>;
}

/** The shipped reader's own app over a corner's Redis, with a clock that stands still; ready when given. */
export async function openReader(
  corner: Corner & { readonly redisPrefix?: string },
  now: Micros,
): Promise<TestReader> {
  const zoneData = ownZoneData(process.versions['tz']);
  const { redis: connection, prefix, redisPrefix = prefix } = corner;
  const documents = createRedisReader({ connection, prefix: redisPrefix });
  const reader = createReaderApp({
    documents,
    verifyToken: createTokenVerifier(SECRET),
    now: () => now,
    allowAt: false,
    topicPrefix: corner.prefix,
    datePolicy: 'calendar',
    zoneData,
    corsOrigins: [],
    ready: () => storeReadiness(documents, zoneData),
    registry: createMetricsRegistry('test'),
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  const server = await listen(listenerOf(reader), { port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${server.port}`;
  await eventually(
    () => fetch(`${url}/readyz`),
    ({ status }) => status === 200,
  );
  return {
    url,
    stop: async () => {
      await server.stop();
      await documents.close();
    },
  };
}

/** One customer's answer, and what it says of its own state; null: fresh. */
export async function readDashboard(
  url: string,
  organization: string,
  customer: string,
  now: Micros,
): Promise<{ readonly summary: DashboardSummary; readonly state: string | null }> {
  const token = signPortalToken(SECRET, {
    organizationId: organization as OrganizationId,
    customerId: customer as CustomerId,
    expiresAt: (now + 60_000_000) as Micros,
  });
  const response = await fetch(`${url}${DASHBOARD_PATH}?token=${token}`);
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  return {
    summary: (await response.json()) as DashboardSummary,
    state: response.headers.get('dashboard-status'),
  };
}
