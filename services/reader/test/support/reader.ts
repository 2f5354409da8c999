import { createHmac } from 'node:crypto';
import { type RequestListener } from 'node:http';
import { type Micros, toMillis } from '@portal/billing';
import { createTokenVerifier, generationName, stateIdOf } from '@portal/contracts';
import {
  type BillingEvent,
  customerRef,
  type CustomerRef,
  encodeDocument,
  encodeRecord,
  FOLD_VERSION,
  type PartitionName,
  type StoredRecord,
} from '@portal/projection';
import { createLogger, createMetricsRegistry, listen, type Listening } from '@portal/runtime';
import {
  createMemoryDatabase,
  createMemoryPointer,
  createMemoryReader,
  createMemoryStore,
  type DocumentReader,
  type Freshness,
} from '@portal/stores';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aSubscription,
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  documentOf,
  foldBatches,
  logOf,
  ORGANIZATION,
  type TestRecord,
} from '@portal/testkit';
import { createReaderApp, listenerOf, type ReaderDeps } from '../../src/app.ts';
import { storeReadiness } from '../../src/readiness.ts';

export const SECRET = 'k7J2vQ9xT4mN8bR1cW6yZ3pL5dF0gH-sA';
export const NOW = at('2026-11-23T10:00:00Z');
export const REF = customerRef(ORGANIZATION, CUSTOMER);
export const ZONE_DATA = '2026b';
export const GENERATION = generationName({
  ...{ foldVersion: FOLD_VERSION, zoneData: ZONE_DATA, settings: '0123abcd' },
});

export const EVENTS: readonly BillingEvent[] = [
  aCustomer(),
  aSubscription({
    charges: [aCharge({ properties: { amount: '5' } })],
    entitlements: [anEntitlement()],
  }),
  aUsage(),
  aUsage({ timestamp: at('2026-11-11T12:00:00Z') }),
  anInvoice(),
  aWallet(),
];

export interface StoredCustomer extends StoredRecord {
  readonly document: string;
}

/** What is stored of a customer, folded and projected for real. */
export function storedCustomer(ref: CustomerRef, events = EVENTS, holes = 0): StoredCustomer {
  const record = recordOf(ref, events, holes);
  const document = documentOf(record);
  if (document === null) throw new Error('the events make no customer known');
  return {
    ...encodeRecord(record.state, null),
    document: encodeDocument(stateIdOf(record.state), document),
  };
}

export const documentText = (ref: CustomerRef): string => storedCustomer(ref).document;

export function recordOf(ref: CustomerRef, events = EVENTS, holes = 0): TestRecord {
  const parked = Array.from({ length: holes }, (_, index) => ({
    kind: 'parked' as const,
    at: { family: 'usage' as const, partition: 0, offset: 1_000 + index },
  }));
  return foldBatches(ref, [...logOf(events), parked]);
}

const ago = (milliseconds: number): number => toMillis(NOW) - milliseconds;

/** What a projector told: of usage half a second ago that nothing waits, of invoices that something does, of wallets long ago. */
const FRESHNESS: ReadonlyMap<PartitionName, Freshness> = new Map([
  ['usage/0', { asOf: ago(500), isAtEnd: true, seenAt: ago(500) }],
  ['invoices/0', { asOf: ago(7_000), isAtEnd: false, seenAt: ago(500) }],
  ['wallets/0', { asOf: ago(60_000), isAtEnd: true, seenAt: ago(60_000) }],
  ['customers/0', { asOf: null, isAtEnd: false, seenAt: ago(500) }],
]);

/** A memory store with these customers, whose generation is live unless said otherwise. */
export async function memoryReader(
  customers: ReadonlyMap<CustomerRef, StoredCustomer>,
  live = true,
): Promise<DocumentReader> {
  const database = createMemoryDatabase();
  const store = createMemoryStore({ generation: GENERATION, database });
  const nothing = { expected: '', set: new Map(), remove: [] };
  await store.apply([...customers].map(([ref, stored]) => ({ ...nothing, ref, ...stored })));
  await store.refresh(FRESHNESS);
  if (live) await createMemoryPointer({ database }).switch(null, GENERATION);
  return createMemoryReader({ database });
}

/** A token as the billing backend signs it, made by hand. */
export function token(claims: object = {}, secret = SECRET): string {
  const all = { customer_id: CUSTOMER, organization_id: ORGANIZATION, type: 'portal', ...claims };
  const parts = [
    { alg: 'HS256', typ: 'JWT' },
    { exp: seconds(NOW) + 60, ...all },
  ];
  const input = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

export const seconds = (instant: Micros): number => Math.floor(instant / 1e6);

export interface RunningReader {
  readonly url: string;
  /** Everything logged so far, one JSON line each. */
  readonly log: readonly string[];
  /** A request to the dashboard with this query, by default with a good token. */
  readonly get: (query?: Record<string, string> | string, init?: RequestInit) => Promise<Response>;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  /** Requests that the route in front of Express left to it. */
  readonly passedOn: () => number;
  readonly stop: () => Promise<void>;
}

/**
 * A reader that really listens, over a memory store that holds one customer. `watch` sees each request
 * before it does.
 */
export async function startReader(
  overrides: Partial<ReaderDeps> = {},
  watch: RequestListener = () => undefined,
  route: 'hot' | 'express' = 'hot',
): Promise<RunningReader> {
  const documents =
    overrides.documents ?? (await memoryReader(new Map([[REF, storedCustomer(REF)]])));
  const log: string[] = [];
  const reader = createReaderApp({
    documents,
    verifyToken: createTokenVerifier(SECRET),
    now: () => NOW,
    allowAt: false,
    topicPrefix: 'billing',
    datePolicy: 'calendar',
    zoneData: ZONE_DATA,
    corsOrigins: ['https://portal.example.com'],
    ready: () => storeReadiness(documents, ZONE_DATA),
    registry: createMetricsRegistry('reader'),
    logger: createLogger({
      service: 'reader',
      level: 'debug',
      destination: { write: (line: string) => void log.push(line) },
    }),
    ...overrides,
  });
  let passedOn = 0;
  const hot: typeof reader.hot = (incoming, response) => {
    const isAnswered = reader.hot(incoming, response);
    if (!isAnswered) passedOn += 1;
    return isAnswered;
  };
  const listener = route === 'hot' ? listenerOf({ app: reader.app, hot }) : reader.app;
  const watched: RequestListener = (incoming, response) => {
    watch(incoming, response);
    listener(incoming, response);
  };
  const server: Listening = await listen(watched, { port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${server.port}`;
  const request: RunningReader['request'] = (path, init) => fetch(url + path, init);
  const get: RunningReader['get'] = (query = { token: token() }, init = {}) => {
    const text = typeof query === 'string' ? query : String(new URLSearchParams(query));
    return request(`/portal/dashboard_summary?${text}`, init);
  };
  return { url, log, get, request, passedOn: () => passedOn, stop: () => server.stop() };
}
