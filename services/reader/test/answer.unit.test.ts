import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cents } from '@portal/billing';
import { type openapi } from '@portal/contracts';
import {
  aCharge,
  anInvoice,
  answerAt,
  aSubscription,
  aWallet,
  CUSTOMER,
  openapiValidator,
  ORGANIZATION,
} from '@portal/testkit';
import {
  EVENTS,
  GENERATION,
  memoryReader,
  NOW,
  recordOf,
  REF,
  type RunningReader,
  startReader,
  storedCustomer,
  token,
} from './support/reader.ts';

/** The largest amount of the event contract. */
const MOST = cents(2 ** 53 - 2);

let reader: RunningReader;
beforeAll(async () => {
  reader = await startReader();
});
afterAll(() => reader.stop());

const bodyOf = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('GET /portal/dashboard_summary', () => {
  it('answers the default body: the four fields of the contract, in order, nothing more', async () => {
    const response = await reader.get();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.text()).toBe(
      JSON.stringify({
        next_billing: [
          {
            subscription_id: '33333333-3333-4333-8333-333333333333',
            subscription_external_id: 'sub-acme-pro',
            plan_name: 'Pro',
            plan_interval: 'monthly',
            next_billing_date: '2026-11-30T23:00:00Z',
            days_until_next_billing: 8,
            amount_cents: 4900,
            currency: 'EUR',
          },
        ],
        upcoming_charges: [
          {
            subscription_id: '33333333-3333-4333-8333-333333333333',
            subscription_external_id: 'sub-acme-pro',
            plan_name: 'Pro',
            base_amount_cents: 4900,
            usage_amount_cents: 10,
            total_estimated_cents: 4910,
            currency: 'EUR',
          },
        ],
        usage_progress: [
          {
            feature_name: 'API calls',
            feature_code: 'api_calls',
            feature_type: 'quantity',
            entitlement_value: '10000',
            current_usage: '2',
            usage_percentage: 0.02,
          },
        ],
        quick_actions: {
          outstanding_invoice_count: 1,
          outstanding_amount_cents: 4900,
          has_wallet: true,
          wallet_balance_cents: 10000,
          has_active_subscription: true,
          currency: 'EUR',
        },
      }),
    );
  });

  it('gives answers that fit the OpenAPI document it serves', async () => {
    const served = await reader.request('/openapi.json');
    const problemsOf = openapiValidator((await served.json()) as ReturnType<typeof openapi>);
    for (const include of ['', 'meta', 'details', 'meta,details']) {
      const body = await bodyOf(await reader.get({ token: token(), include }));
      expect(problemsOf('PortalDashboardSummaryResponse', body)).toEqual([]);
    }
  });

  it('adds meta and details after the default fields, whichever way they are asked for', async () => {
    const fields = ['next_billing', 'upcoming_charges', 'usage_progress', 'quick_actions'];
    for (const include of [
      'include=details,meta',
      'include=details&include=meta',
      'include=+meta,,details',
    ]) {
      const body = await bodyOf(await reader.get(`token=${token()}&${include}`));
      expect(Object.keys(body)).toEqual([...fields, 'meta', 'details']);
    }
    const only = await bodyOf(await reader.get({ token: token(), include: 'details' }));
    expect(Object.keys(only)).toEqual([...fields, 'details']);
    const { details } = answerAt(recordOf(REF), NOW);
    expect(only['details']).toEqual(JSON.parse(JSON.stringify(details)));
  });

  it('says in meta what was folded, how far and how old', async () => {
    const { meta } = await bodyOf(await reader.get({ token: token(), include: 'meta' }));
    expect(meta).toEqual({
      generation: GENERATION,
      state_id: expect.stringMatching(/^[\w-]{22}$/) as unknown,
      as_of: {
        customers: '2026-11-01T00:00:00Z',
        subscriptions: '2026-11-01T00:00:00Z',
        invoices: '2026-11-01T00:00:00Z',
        usage: '2026-11-11T12:00:00Z',
        wallets: '2026-11-01T00:00:00Z',
      },
      positions: {
        'billing.customers/0': 1,
        'billing.invoices/0': 1,
        'billing.subscriptions/0': 1,
        'billing.usage/0': 3,
        'billing.wallets/0': 1,
      },
      holes: [],
      hole_ranges: [],
      lag_ms: {
        ...{ customers: null, subscriptions: null },
        ...{ invoices: 7_000, usage: 0, wallets: 60_000 },
      },
      status: 'fresh',
      reasons: [],
    });
  });

  it('takes the token from Authorization: Bearer too, and prefers the one in the query', async () => {
    const bearer = (value: string) => ({ headers: { authorization: value } });
    expect((await reader.get('', bearer(`Bearer ${token()}`))).status).toBe(200);
    expect((await reader.get('', bearer(`bearer ${token()}`))).status).toBe(200);
    expect((await reader.get({ token: token() }, bearer('Bearer nonsense'))).status).toBe(200);
    expect((await reader.get({ token: '' }, bearer(`Bearer ${token()}`))).status).toBe(401);
  });

  it('ignores parameters it does not know, and takes the last of a repeated one', async () => {
    expect((await reader.get(`utm=x&token=banana&token=${token()}`)).status).toBe(200);
  });

  it('answers HEAD with the headers of GET and no body', async () => {
    const [get, head] = [await reader.get(), await reader.get(undefined, { method: 'HEAD' })];
    expect(head.status).toBe(200);
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });
});

describe('the headers of an answer', () => {
  it('tag the very bytes, strongly, and answer 304 to the same tag', async () => {
    const first = await reader.get();
    const bytes = Buffer.from(await first.arrayBuffer());
    const etag = first.headers.get('etag')!;
    const hash = createHash('sha256').update(bytes).digest('base64url');
    expect(etag).toBe(`"${hash.slice(0, 27)}"`);
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await reader.get(undefined, { headers: { 'if-none-match': tag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('consistency-token')).toBe(first.headers.get('consistency-token'));
    }
    const other = await reader.get(undefined, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('keep the answer private and tell what it includes', async () => {
    const { headers } = await reader.get();
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('consistency-token')).toBe(
      'billing.customers/0@1,billing.invoices/0@1,billing.subscriptions/0@1,billing.usage/0@3,billing.wallets/0@1',
    );
    expect(headers.get('server-timing')).toMatch(/^store;dur=\d+\.\d\d, view;dur=\d+\.\d\d$/);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('dashboard-status')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('take over a plain request id and no other', async () => {
    const id = async (value: string) =>
      (await reader.get(undefined, { headers: { 'x-request-id': value } })).headers.get(
        'x-request-id',
      );
    expect(await id('abc-123')).toBe('abc-123');
    expect(await id('a b')).not.toBe('a b');
    expect(await id('x'.repeat(65))).toHaveLength(36);
  });

  it.each([
    ['partial; reason="partial_currency"', [anInvoice({ id: ORGANIZATION, currency: 'JPY' })], 0],
    ['partial; reason="beyond_range"', [aWallet({ id: 'w', balance_cents: MOST })], 0],
    [
      'partial; reason="unavailable_charge"',
      [aSubscription({ version: 2, charges: [aCharge({ charge_model: 'telepathic' })] })],
      0,
    ],
    ['degraded; reason="hole"', [], 2],
    [
      'degraded; reason="hole,partial_currency"',
      [anInvoice({ id: ORGANIZATION, currency: 'JPY' })],
      1,
    ],
  ] as const)(
    'say %s when the answer is not fresh, whatever include says',
    async (status, more, holes) => {
      const stored = storedCustomer(REF, [...EVENTS, ...more], holes);
      const own = await startReader({ documents: await memoryReader(new Map([[REF, stored]])) });
      const plain = await own.get();
      const withMeta = await own.get({ token: token(), include: 'meta' });
      await own.stop();
      expect([plain.status, plain.headers.get('dashboard-status')]).toEqual([200, status]);
      const { meta } = (await withMeta.json()) as { meta: { status: string; holes: unknown[] } };
      expect([meta.status, meta.holes.length]).toEqual([status.split(';')[0], holes]);
    },
  );
});

describe('at', () => {
  it('chooses the instant in embedded mode, for the live fields', async () => {
    const own = await startReader({ allowAt: true });
    const days = async (query: object) => {
      const body = await bodyOf(await own.get({ token: token(), ...query }));
      const [row] = body['next_billing'] as { days_until_next_billing: number }[];
      return row?.days_until_next_billing;
    };
    expect(await days({})).toBe(8);
    expect(await days({ at: '2026-11-30T12:00:00+01:00' })).toBe(1);
    const document = (await (await own.request('/openapi.json')).json()) as ReturnType<
      typeof openapi
    >;
    await own.stop();
    const [path] = Object.values(document.paths);
    expect(path!.get.parameters.map(({ name }) => name)).toContain('at');
  });

  it('answers every instant it takes, to the ends of the range', async () => {
    const own = await startReader({ allowAt: true });
    const status = async (instant: string) =>
      (await own.get({ token: token(), at: instant })).status;
    const given = [
      '1969-12-31T23:59:59Z',
      '1970-01-01T00:00:00Z',
      '2199-12-31T23:59:59Z',
      '2200-01-01T00:00:00Z',
    ];
    const statuses = await Promise.all(given.map(status));
    await own.stop();
    expect(statuses).toEqual([422, 200, 200, 422]);
  });
});

describe('one customer', () => {
  it('only sees its own dashboard: the same customer id in another organisation is unknown', async () => {
    const other = token({ organization_id: '99999999-9999-4999-8999-999999999999' });
    expect((await reader.get({ token: other })).status).toBe(404);
    expect((await reader.get({ token: token({ customer_id: CUSTOMER }) })).status).toBe(200);
  });
});
