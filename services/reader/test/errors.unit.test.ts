import { describe, expect, it } from '@jest/globals';
import {
  type CustomerRef,
  decodeRecord,
  encodeRecord,
  FOLD_VERSION,
  type StoredRecord,
} from '@portal/projection';
import { type DocumentReader } from '@portal/stores';
import { CUSTOMER, ORGANIZATION } from '@portal/testkit';
import {
  documentText,
  memoryReader,
  NOW,
  recordOf,
  REF,
  seconds,
  SECRET,
  startReader,
  storedCustomer,
  token,
  ZONE_DATA,
} from './support/reader.ts';

const OTHER = `${ORGANIZATION}:66666666-6666-4666-8666-666666666666` as CustomerRef;

/** Starts a reader for one request and returns what a client sees of it. */
async function seen(
  query: Parameters<Awaited<ReturnType<typeof startReader>>['get']>[0],
  overrides: Parameters<typeof startReader>[0] = {},
) {
  const reader = await startReader(overrides);
  const response = await reader.get(query);
  const metrics = await (await reader.request('/metrics')).text();
  await reader.stop();
  const body = (await response.json()) as unknown;
  return { status: response.status, body, headers: response.headers, metrics, log: reader.log };
}

describe('a refused token', () => {
  const invalid = 'Invalid portal token';
  it.each([
    ['empty', '', 'malformed', invalid],
    ['malformed', 'banana', 'malformed', invalid],
    ['expired', token({ exp: seconds(NOW) - 1 }), 'expired', 'Portal token has expired'],
    ['of another type', token({ type: 'access' }), 'type', invalid],
    ['of a wrong signature', token({}, `${SECRET}x`), 'signature', invalid],
    ['without claims', token({ customer_id: undefined }), 'claims', invalid],
    ['valid for too long', token({ exp: seconds(NOW) + 401 * 86_400 }), 'lifetime', invalid],
    ['not valid yet', token({ nbf: seconds(NOW) + 9 }), 'not_yet_valid', invalid],
  ])(
    '%s is 401, with its cause in the header and the metrics',
    async (_name, text, cause, detail) => {
      const { status, body, headers, metrics } = await seen({ token: text });
      expect([status, body]).toEqual([401, { detail }]);
      expect(headers.get('www-authenticate')).toBe(`Bearer error="token_${cause}"`);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(metrics).toMatch(
        new RegExp(`^portal_reader_unauthorized_total\\{[^}]*cause="${cause}"[^}]*\\} 1$`, 'm'),
      );
    },
  );
});

describe('a malformed parameter', () => {
  const missing = { loc: ['query', 'token'], msg: 'Field required', type: 'missing', input: null };

  it('is 422 in the form existing clients know, when it is the token that is missing', async () => {
    const { status, body } = await seen('');
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toBe(
      '{"detail":[{"loc":["query","token"],"msg":"Field required","type":"missing","input":null}]}',
    );
    const other = await startReader();
    const basic = await other.get('', { headers: { authorization: 'Basic dTpw' } });
    await other.stop();
    expect(await basic.json()).toEqual({ detail: [missing] });
  });

  it('is 422 with every problem at once', async () => {
    const { status, body } = await seen('include=banana,meta&at=2026-01-01');
    const expected = "'meta' or 'details'";
    expect([status, body]).toEqual([
      422,
      {
        detail: [
          missing,
          {
            loc: ['query', 'include'],
            msg: `Input should be ${expected}`,
            type: 'literal_error',
            input: 'banana',
            ctx: { expected },
          },
          {
            loc: ['query', 'at'],
            msg: 'Extra inputs are not permitted',
            type: 'extra_forbidden',
            input: '2026-01-01',
          },
        ],
      },
    ]);
  });

  it.each(['', 'soon', '2026-02-30', '2026-11-23', '2026-11-23T25:00:00Z', '2026-11-23T10:00'])(
    'is 422 in embedded mode when at=%j is no instant',
    async (instant) => {
      const { status, body } = await seen({ token: token(), at: instant }, { allowAt: true });
      expect(status).toBe(422);
      expect(body).toMatchObject({ detail: [{ loc: ['query', 'at'], input: instant }] });
    },
  );

  it('lists three unknown names of include, counts the others and cuts what is long', async () => {
    const names = ['x'.repeat(4_000), 'b', '\u{1F6B2}'.repeat(30), 'd', 'e'];
    const { body } = await seen({ token: token(), include: names.join() });
    const { detail } = body as { detail: { input: string | null }[] };
    expect(detail.map(({ input }) => input)).toEqual([
      `${'x'.repeat(64)}…`,
      'b',
      `${'\u{1F6B2}'.repeat(16)}…`,
      null,
    ]);
    expect(detail.at(-1)).toEqual({
      loc: ['query', 'include'],
      msg: '2 more of them are unknown',
      type: 'more_errors',
      input: null,
      ctx: { more: 2 },
    });
  });

  it.each([
    ['characters', `token=${'x'.repeat(8_187)}`, 8_192],
    ['parameters', 'a&'.repeat(65), 64],
  ])('is 422 when the query has too many %s, whatever it asks', async (what, query, most) => {
    const { status, body } = await seen(query);
    const msg = `Query should have at most ${most} ${what}`;
    const ctx = { max_length: most };
    expect([status, body]).toEqual([
      422,
      { detail: [{ loc: ['query'], msg, type: 'too_long', input: null, ctx }] },
    ]);
  });

  it('is none when the query is as long as it may be', async () => {
    const good = `token=${token()}&x=`;
    const long = good + 'x'.repeat(8_192 - good.length);
    expect((await seen(long)).status).toBe(200);
    expect((await seen(`${'a&'.repeat(63)}token=${token()}`)).status).toBe(200);
  });
});

describe('an unknown customer', () => {
  it('is 404, and so is a known one of another organisation', async () => {
    const notFound = { detail: 'Customer not found' };
    const nobody = await seen({ token: token({ customer_id: OTHER.split(':')[1] }) });
    expect([nobody.status, nobody.body]).toEqual([404, notFound]);
    const foreign = await seen({ token: token({ organization_id: CUSTOMER }) });
    expect([foreign.status, foreign.body]).toEqual([404, notFound]);
  });
});

describe('a store that cannot answer', () => {
  it('is 503 with Retry-After while no generation is live', async () => {
    const documents = await memoryReader(new Map(), false);
    const { status, body, headers, log } = await seen({ token: token() }, { documents });
    expect([status, body]).toEqual([503, { detail: 'Dashboard temporarily unavailable' }]);
    expect(headers.get('retry-after')).toBe('1');
    expect(log.join('')).toContain('no generation is live yet');
  });
});

describe('an internal error', () => {
  const reading = (
    document: string,
    record: StoredRecord | null = null,
    generation = 'g1',
  ): DocumentReader => ({
    document: () => Promise.resolve({ kind: 'found', generation, document, record }),
    freshness: () => Promise.resolve(null),
    isWatching: () => false,
    close: () => Promise.resolve(),
  });

  it("never answers another customer's document: 500, an error in the log, an alarm", async () => {
    const foreign = documentText(OTHER);
    const { status, body, metrics, log } = await seen(
      { token: token(), include: 'meta,details' },
      { documents: reading(foreign) },
    );
    expect(status).toBe(500);
    expect(Object.keys(body as object)).toEqual(['detail', 'request_id']);
    expect(metrics).toContain('portal_reader_wrong_customer_total{service="reader"} 1');
    expect(log.join('')).toContain('"level":"error"');
    expect(log.join('')).toContain('wrong customer');
  });

  it("never itemises another customer's amounts either", async () => {
    const { document } = storedCustomer(REF);
    const { status, metrics } = await seen(
      { token: token(), include: 'details' },
      { documents: reading(document, storedCustomer(OTHER)) },
    );
    expect(status).toBe(500);
    expect(metrics).toContain('portal_reader_wrong_customer_total{service="reader"} 1');
  });

  it('does not itemise what another fold version left: 503, said in the log; the default body stays', async () => {
    const { document } = storedCustomer(REF);
    const { state } = recordOf(REF);
    const documents = reading(document, encodeRecord({ ...state, fold: 1 }, null));
    const { status, log } = await seen({ token: token(), include: 'details' }, { documents });
    expect(status).toBe(503);
    expect(log.join('')).toContain('another fold version');
    expect((await seen({ token: token() }, { documents: reading(document) })).status).toBe(200);
  });

  it('does not even look into what a generation of another fold version left: 503, the default body stays', async () => {
    const { document, vector } = storedCustomer(REF);
    const bare = { vector, parts: new Map() };
    const documents = reading(document, bare, `v${FOLD_VERSION - 1}-${ZONE_DATA}-0123abcd`);
    const { status, log } = await seen({ token: token(), include: 'details' }, { documents });
    expect(status).toBe(503);
    expect(log.join('')).toContain('another fold version');
    expect((await seen({ token: token() }, { documents: reading(document) })).status).toBe(200);
  });

  const damaged: readonly [string, (whole: StoredRecord) => StoredRecord][] = [
    ['no part of it', ({ vector }) => ({ vector, parts: new Map() })],
    ['no vector and no part', () => ({ vector: '', parts: new Map() })],
    [
      'all but the part c',
      ({ vector, parts }) => ({
        vector,
        parts: new Map([...parts].filter(([name]) => name !== 'c')),
      }),
    ],
  ];
  it.each(damaged)(
    'is 500 when the record is damaged, and holds %s: generation and reason in the log',
    async (_what, damage) => {
      const stored = storedCustomer(REF);
      const record = damage(stored);
      const documents = reading(stored.document, record);
      const query = { token: token(), include: 'details' };
      const { status, body, metrics, log } = await seen(query, { documents });
      expect(status).toBe(500);
      expect(Object.keys(body as object)).toEqual(['detail', 'request_id']);
      expect(metrics).toContain('portal_reader_unreadable_documents_total{service="reader"} 1');
      const line = JSON.parse(log.find((each) => each.includes('unreadable record'))!) as object;
      const decoded = decodeRecord(record);
      expect(line).toMatchObject({ level: 'error', generation: 'g1' });
      expect(line).toMatchObject({ reason: (decoded as { readonly reason: string }).reason });
    },
  );

  it.each(['', 'x', 'abc 1\n{', 'abc 999\n{}'])(
    'is 500 when the stored text is %j',
    async (text) => {
      const { status, metrics } = await seen({ token: token() }, { documents: reading(text) });
      expect(status).toBe(500);
      expect(metrics).toContain('portal_reader_unreadable_documents_total{service="reader"} 1');
    },
  );

  it('tells a request id and nothing else; the log has both the id and the error', async () => {
    const documents = {
      ...reading(''),
      document: () => Promise.reject(new Error('secret detail')),
    };
    const { status, body, headers, log } = await seen({ token: token() }, { documents });
    const id = headers.get('x-request-id');
    expect([status, body]).toEqual([500, { detail: 'Internal Server Error', request_id: id }]);
    const line = log.find((each) => each.includes('secret detail'))!;
    expect(JSON.parse(line)).toMatchObject({ request_id: id, level: 'error' });
  });

  it('does not fail a read whose freshness alone is missing: their lag is unknown', async () => {
    const { status, body } = await seen(
      { token: token(), include: 'meta' },
      { documents: reading(documentText(REF)) },
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ meta: { lag_ms: { usage: null } } });
  });
});
