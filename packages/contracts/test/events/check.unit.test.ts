import { describe, expect, it } from '@jest/globals';
import { checkEvent, parseLine, type Decoded } from '@portal/contracts';
import { EVENT_TYPES, type Family } from '@portal/projection';
import { at } from '@portal/testkit';

/** Plain JSON as a producer would write it, through the NDJSON form; `patch` replaces fields by dotted path. */
const ID = '0A000000-0000-4000-8000-00000000000F';

const PAYLOADS: Record<Family, Record<string, unknown>> = {
  customers: { customer: { version: 1, external_id: 'acme', name: 'Acme' } },
  subscriptions: {
    subscription: {
      id: ID,
      external_id: 'sub-1',
      version: 1,
      status: 'active',
      created_at: '2026-01-01T00:00:00Z',
      plan: { code: 'pro', name: 'Pro', interval: 'monthly', amount_cents: 4900, currency: 'EUR' },
    },
  },
  invoices: {
    invoice: {
      id: 'i-1',
      version: 1,
      number: 'A-1',
      status: 'finalized',
      currency: 'EUR',
      total_cents: 100,
    },
  },
  usage: { usage: { metric_code: 'api_calls', timestamp: '2026-11-10T12:00:00Z' } },
  wallets: {
    wallet: {
      id: 'w-1',
      version: 1,
      status: 'active',
      currency: 'EUR',
      balance_cents: 5,
      created_at: '2026-01-01',
    },
  },
};

function valueOf(family: Family, patch: Record<string, unknown> = {}): Record<string, unknown> {
  const value = structuredClone({
    event_id: 'e-1',
    event_type: EVENT_TYPES[family][0],
    occurred_at: '2026-11-10T12:00:00Z',
    organization_id: ID,
    customer_id: ID,
    source: 'billing',
    ...PAYLOADS[family],
  }) as Record<string, unknown>;
  for (const [path, replacement] of Object.entries(patch)) {
    const names = path.split('.');
    const last = names.pop()!;
    let target = value;
    for (const name of names) target = target[name] as Record<string, unknown>;
    target[last] = replacement;
  }
  return value;
}

function decode(family: Family, value: unknown, timestamp?: number): Decoded {
  const parsed = parseLine(JSON.stringify({ topic: family, value, timestamp }));
  if (parsed.kind !== 'record') throw new Error(parsed.error.reason);
  return parsed.record.decoded;
}

const CHARGE = {
  id: 'c',
  metric_code: 'm',
  metric_name: 'M',
  aggregation: 'sum',
  charge_model: 'standard',
};
const charge = (fields: object): Record<string, unknown> => ({
  'subscription.charges': [CHARGE, { ...CHARGE, ...fields }],
});

describe('a value that breaks the contract', () => {
  it.each<[Family, string, unknown, string]>([
    ['usage', 'event_id', undefined, 'is required'],
    ['usage', 'event_id', null, 'is required'],
    ['usage', 'event_id', '', 'must not be empty'],
    ['usage', 'event_id', 7, 'must be a text'],
    ['usage', 'event_type', undefined, 'is required'],
    ['usage', 'event_type', '', 'must not be empty'],
    ['usage', 'source', undefined, 'is required'],
    ['usage', 'organization_id', 'acme', 'must be a UUID'],
    ['usage', 'customer_id', `${ID}0`, 'must be a UUID'],
    [
      'usage',
      'occurred_at',
      '2026-02-30T00:00:00Z',
      'must be an ISO 8601 instant such as "2026-11-23T10:00:00Z"',
    ],
    [
      'usage',
      'occurred_at',
      1_794_312_000_000,
      'must be an ISO 8601 instant such as "2026-11-23T10:00:00Z"',
    ],
    [
      'usage',
      'occurred_at',
      '9999-12-31T00:00:00Z',
      'must be an ISO 8601 instant such as "2026-11-23T10:00:00Z"',
    ],
    [
      'usage',
      'occurred_at',
      '1700-01-01T00:00:00Z',
      'must be an ISO 8601 instant such as "2026-11-23T10:00:00Z"',
    ],
    ['usage', 'usage', undefined, 'is required'],
    ['usage', 'usage', [], 'must be an object'],
    ['usage', 'usage.metric_code', '', 'must not be empty'],
    ['usage', 'usage.kind', 'gauge', 'must be one of counter, point, unique, not "gauge"'],
    ['usage', 'usage.value', '1e3', 'must be a decimal string such as "12.5"'],
    ['usage', 'usage.value', '1,5', 'must be a decimal string such as "12.5"'],
    ['usage', 'usage.value', ' 1', 'must be a decimal string such as "12.5"'],
    ['usage', 'usage.value', '.', 'must be a decimal string such as "12.5"'],
    ['usage', 'usage.value', 1, 'must be a decimal string such as "12.5"'],
    ['usage', 'usage.value', '1'.repeat(61), 'must have at most 60 characters'],
    ['usage', 'usage.amount_cents', 'free', 'must be a decimal string such as "12.5"'],
    ['usage', 'usage.dimensions', { region: 1 }, 'must be a text'],
    ['usage', 'usage.properties', 'x', 'must be an object'],
    ['customers', 'customer', undefined, 'is required'],
    ['customers', 'customer.version', -1, 'must be 0 or more'],
    ['customers', 'customer.version', 1.5, 'must be a whole number'],
    ['customers', 'customer.currency', 'eur', 'must be an ISO 4217 currency code, not "eur"'],
    ['customers', 'customer.currency', 'QQQ', 'must be an ISO 4217 currency code, not "QQQ"'],
    [
      'customers',
      'customer.currency',
      'X'.repeat(99),
      `must be an ISO 4217 currency code, not "${'X'.repeat(40)}…"`,
    ],
    [
      'customers',
      'customer.timezone',
      'Mars/Olympus',
      'must be an IANA time zone, not "Mars/Olympus"',
    ],
    ['customers', 'customer.timezone', '+02:00', 'must be an IANA time zone, not "+02:00"'],
    ['subscriptions', 'subscription.id', 'sub-1', 'must be a UUID'],
    ['subscriptions', 'subscription.version', '-1', 'must be 0 or more'],
    [
      'subscriptions',
      'subscription.status',
      'sleeping',
      'must be one of pending, active, paused, canceled, terminated, not "sleeping"',
    ],
    [
      'subscriptions',
      'subscription.billing_time',
      'never',
      'must be one of calendar, anniversary, not "never"',
    ],
    [
      'subscriptions',
      'subscription.month_end',
      '31',
      'must be one of day_of_month, end_of_month, not "31"',
    ],
    ['subscriptions', 'subscription.trial_period_days', -1, 'must be 0 to 36500'],
    ['subscriptions', 'subscription.created_at', undefined, 'is required'],
    [
      'subscriptions',
      'subscription.plan.interval',
      'daily',
      'must be one of weekly, monthly, quarterly, semiannual, yearly, not "daily"',
    ],
    ['subscriptions', 'subscription.plan.amount_cents', '12.5', 'must be a whole number'],
    ['subscriptions', 'subscription.plan.pay_in_advance', 'yes', 'must be true or false'],
    ['subscriptions', 'subscription.charges', {}, 'must be a list'],
    [
      'invoices',
      'invoice.status',
      'open',
      'must be one of draft, pending, finalized, paid, voided, failed, deleted, not "open"',
    ],
    [
      'invoices',
      'invoice.payment_status',
      'late',
      'must be one of pending, succeeded, failed, not "late"',
    ],
    [
      'invoices',
      'invoice.total_cents',
      '9007199254740993',
      'must lie between -4503599627370495 and 9007199254740990',
    ],
    ['invoices', 'invoice.issuing_date', '2026-02-30', 'must be a date such as "2026-11-23"'],
    ['invoices', 'invoice.issuing_date', 20_758, 'must be a date such as "2026-11-23"'],
    ['wallets', 'wallet.priority', 0, 'must be 1 to 50'],
    ['wallets', 'wallet.priority', 51, 'must be 1 to 50'],
    ['wallets', 'wallet.status', 'empty', 'must be one of active, terminated, not "empty"'],
    [
      'wallets',
      'wallet.expiration_at',
      'soon',
      'must be an ISO 8601 instant such as "2026-11-23T10:00:00Z"',
    ],
  ])('is told by field and reason: %s %s = %j', (family, path, replacement, reason) => {
    const decoded = decode(family, valueOf(family, { [path]: replacement }));
    const field = path === 'usage.dimensions' ? 'usage.dimensions.region' : path;
    expect(decoded).toEqual({
      kind: 'undecodable',
      error: { code: 'contract_invalid', field, reason },
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['subscription.charges[1].min_amount_cents', charge({ min_amount_cents: 0.5 })],
    ['subscription.charges[1].metric_code', charge({ metric_code: null })],
    ['subscription.charges[1].rounding_function', charge({ rounding_function: 'up' })],
    ['subscription.charges[1].rounding_precision', charge({ rounding_precision: 21 })],
    ['subscription.charges[1].unmatched_usage', charge({ unmatched_usage: 'drop' })],
    [
      'subscription.charges[1].filters[0].dimensions.region[1]',
      charge({ filters: [{ dimensions: { region: ['eu', 1] } }] }),
    ],
    [
      'subscription.entitlements[0].feature_type',
      {
        'subscription.entitlements': [
          { feature_code: 'f', feature_name: 'F', feature_type: 'number', value: '1' },
        ],
      },
    ],
    [
      'subscription.pending_plan.effective_at',
      {
        'subscription.pending_plan': {
          plan: PAYLOADS.subscriptions['subscription'] && {
            code: 'a',
            name: 'A',
            interval: 'weekly',
            amount_cents: 1,
            currency: 'USD',
          },
        },
      },
    ],
  ])('names the field deep inside: %s', (field, patch) => {
    expect(decode('subscriptions', valueOf('subscriptions', patch))).toMatchObject({
      kind: 'undecodable',
      error: { code: 'contract_invalid', field },
    });
  });

  it('is told for an invoice that bills no UUID', () => {
    const value = valueOf('invoices', { 'invoice.subscription_ids': [ID, 'sub-1'] });
    expect(decode('invoices', value)).toMatchObject({
      error: { field: 'invoice.subscription_ids[1]' },
    });
  });

  it.each([undefined, '', null])('is unique usage without its member (%j)', (unique_key) => {
    const value = valueOf('usage', { 'usage.kind': 'unique', 'usage.unique_key': unique_key });
    expect(decode('usage', value)).toMatchObject({ error: { field: 'usage.unique_key' } });
  });

  it.each(['text', 7, true, ['a']])('is no object at all: %j', (value) => {
    expect(decode('usage', value)).toEqual({
      kind: 'undecodable',
      error: { code: 'contract_invalid', field: null, reason: 'must be an object' },
    });
  });
});

describe('usage from the future', () => {
  const noon = Date.parse('2026-11-10T12:00:00Z');
  const later = (iso: string): Record<string, unknown> =>
    valueOf('usage', { 'usage.timestamp': iso });
  const refused = {
    kind: 'undecodable',
    error: {
      code: 'contract_invalid',
      field: 'usage.timestamp',
      reason: 'lies more than one day ahead of the time it was sent',
    },
  };

  it('is accepted up to one day ahead of the log, and not a microsecond more', () => {
    expect(decode('usage', later('2026-11-11T12:00:00Z'), noon)).toMatchObject({ kind: 'event' });
    expect(decode('usage', later('2026-11-11T12:00:00.000001Z'), noon)).toEqual(refused);
  });

  it('is measured by occurred_at when the log has no time', () => {
    expect(decode('usage', later('2026-11-11T12:00:00Z'))).toMatchObject({ kind: 'event' });
    expect(decode('usage', later('2026-11-11T12:00:00.000001Z'))).toEqual(refused);
  });

  it('is measured by the log, whatever occurred_at claims', () => {
    const claimed = { ...later('2026-11-20T12:00:00Z'), occurred_at: '2026-11-20T12:00:00Z' };
    expect(decode('usage', claimed, noon)).toEqual(refused);
  });
});

describe('what producers may leave out or spell differently', () => {
  it('fills in every default of a subscription', () => {
    expect(decode('subscriptions', valueOf('subscriptions', charge({})))).toEqual({
      kind: 'event',
      event: {
        event_id: 'e-1',
        event_type: 'subscription.created',
        occurred_at: at('2026-11-10T12:00:00Z'),
        organization_id: ID.toLowerCase(),
        customer_id: ID.toLowerCase(),
        source: 'billing',
        family: 'subscriptions',
        subscription: {
          id: ID.toLowerCase(),
          external_id: 'sub-1',
          version: 1,
          status: 'active',
          current_period_start: null,
          billing_time: 'calendar',
          month_end: 'day_of_month',
          subscription_at: null,
          started_at: null,
          ending_at: null,
          canceled_at: null,
          terminated_at: null,
          trial_period_days: 0,
          trial_ended_at: null,
          created_at: at('2026-01-01T00:00:00Z'),
          timezone: null,
          plan: {
            code: 'pro',
            name: 'Pro',
            interval: 'monthly',
            amount_cents: 4900,
            currency: 'EUR',
            pay_in_advance: false,
            minimum_commitment_cents: null,
          },
          pending_plan: null,
          charges: [1, 2].map(() => ({
            ...CHARGE,
            recurring: false,
            rounding_function: null,
            rounding_precision: null,
            properties: {},
            min_amount_cents: null,
            unmatched_usage: 'charge',
            filters: [],
          })),
          entitlements: [],
        },
      },
    });
  });

  it.each<[Family, object]>([
    [
      'customers',
      { customer: { email: null, currency: null, timezone: null, portal_locale: null } },
    ],
    [
      'invoices',
      {
        invoice: {
          paid_cents: 0,
          credited_cents: 0,
          subscription_ids: [],
          issuing_date: null,
          payment_due_date: null,
          invoice_type: null,
          payment_status: null,
        },
      },
    ],
    [
      'usage',
      {
        usage: {
          kind: 'counter',
          value: '1',
          unique_key: null,
          amount_cents: null,
          dimensions: {},
          subscription_external_id: null,
          properties: {},
        },
      },
    ],
    [
      'wallets',
      {
        wallet: {
          priority: 50,
          name: null,
          code: null,
          consumed_cents: null,
          ongoing_balance_cents: null,
          expiration_at: null,
        },
      },
    ],
  ])('fills in every default of %s', (family, defaults) => {
    expect(decode(family, valueOf(family))).toMatchObject({ kind: 'event', event: defaults });
  });

  it('takes null for absent', () => {
    const nulls = { 'usage.kind': null, 'usage.value': null, 'usage.dimensions': null };
    expect(decode('usage', valueOf('usage', nulls))).toEqual(decode('usage', valueOf('usage')));
  });

  it.each<[Family, string, string]>([
    ['subscriptions', 'subscription.cancelled', 'subscription.canceled'],
    ['wallets', 'wallet_transaction.created', 'wallet.transaction_created'],
    ['wallets', 'wallet.transaction.created', 'wallet.transaction_created'],
  ])('understands the type %s %s', (family, event_type, expected) => {
    expect(decode(family, valueOf(family, { event_type }))).toMatchObject({
      kind: 'event',
      event: { event_type: expected },
    });
  });

  it('understands the status cancelled', () => {
    const value = valueOf('subscriptions', { 'subscription.status': 'cancelled' });
    expect(decode('subscriptions', value)).toMatchObject({
      event: { subscription: { status: 'canceled' } },
    });
  });

  it('keeps words for charge models and aggregations that nobody knows yet', () => {
    const words = { charge_model: 'telepathic', aggregation: 'vibes' };
    expect(decode('subscriptions', valueOf('subscriptions', charge(words)))).toMatchObject({
      event: { subscription: { charges: [{}, words] } },
    });
  });

  it('keeps an event whose charge has unreadable properties', () => {
    const value = valueOf('subscriptions', charge({ properties: '{"amount":' }));
    expect(decode('subscriptions', value)).toMatchObject({
      kind: 'event',
      event: {
        subscription: { charges: [{}, { properties: { '!malformed': expect.any(String) } }] },
      },
    });
  });

  it('names the properties of a filter as those of its charge', () => {
    const filters = [{ dimensions: { region: ['eu'] }, properties: { unit_price: 0.1 } }];
    const event = (model: string): Decoded =>
      decode('subscriptions', valueOf('subscriptions', charge({ charge_model: model, filters })));
    const properties = (bag: object): object => ({
      event: { subscription: { charges: [{}, { filters: [{ properties: bag }] }] } },
    });
    expect(event('standard')).toMatchObject(properties({ amount: '0.1' }));
    expect(event('custom')).toMatchObject(properties({ unit_price: '0.1' }));
  });

  it.each(['UTC', 'Europe/Paris', 'Pacific/Kiritimati'])('knows the zone %s', (timezone) => {
    const value = valueOf('customers', { 'customer.timezone': timezone });
    expect(decode('customers', value)).toMatchObject({ event: { customer: { timezone } } });
  });

  it.each(['EUR', 'JPY', 'KWD', 'CLF'])('knows the currency %s', (currency) => {
    const value = valueOf('customers', { 'customer.currency': currency });
    expect(decode('customers', value)).toMatchObject({ event: { customer: { currency } } });
  });
});

describe('what is not an event of ours', () => {
  it('is a tombstone when null, whatever the family', () => {
    expect(checkEvent('wallets', null, null)).toEqual({ kind: 'null' });
  });

  it.each<[Family, string]>([
    ['invoices', 'invoice.shredded'],
    ['invoices', 'wallet.created'],
    ['usage', '__proto__'],
    ['usage', 'constructor'],
  ])('is an unknown type, even when the rest is broken: %s %s', (family, event_type) => {
    expect(decode(family, { event_type, organization_id: 7 })).toEqual({
      kind: 'unknown_type',
      event_type,
    });
  });

  it('keeps only the start of an absurdly long type', () => {
    expect(decode('usage', { event_type: 'x'.repeat(1_000_000) })).toEqual({
      kind: 'unknown_type',
      event_type: 'x'.repeat(200),
    });
  });
});

describe('erasures and deletions', () => {
  it('erases without a snapshot, and looks at none', () => {
    const erased = { event_type: 'customer.erased' };
    const bare = valueOf('customers', { ...erased, customer: undefined });
    const odd = valueOf('customers', { ...erased, customer: 'gone' });
    const expected = decode('customers', bare);
    expect(expected).toMatchObject({ kind: 'event', event: { event_type: 'customer.erased' } });
    expect(expected).not.toHaveProperty('event.customer');
    expect(decode('customers', odd)).toEqual(expected);
  });

  it.each<[Family, string]>([
    ['subscriptions', 'subscription'],
    ['invoices', 'invoice'],
    ['wallets', 'wallet'],
  ])('deletes only with the snapshot: %s', (family, field) => {
    const value = valueOf(family, { event_type: `${field}.deleted` });
    expect(decode(family, value)).toMatchObject({
      kind: 'event',
      event: { [field]: { version: 1 } },
    });
    expect(decode(family, { ...value, [field]: undefined })).toMatchObject({
      error: { field, reason: 'is required' },
    });
  });
});

describe('names that JavaScript treats specially', () => {
  it('cannot become the prototype of a map', () => {
    const text = JSON.stringify({
      topic: 'subscriptions',
      value: valueOf('subscriptions', charge({ filters: [{ dimensions: { evil: ['eu'] } }] })),
    });
    const dimensions = (name: string): unknown => {
      const { record } = parseLine(text.replace('evil', name)) as never as {
        record: {
          decoded: {
            event: { subscription: { charges: { filters: { dimensions: object }[] }[] } };
          };
        };
      };
      return record.decoded.event.subscription.charges[1]!.filters[0]!.dimensions;
    };
    expect(dimensions('region')).toEqual({ region: ['eu'] });
    expect(Object.getPrototypeOf(dimensions('__proto__'))).toBe(Object.prototype);
    expect(Object.keys(dimensions('__proto__') as object)).toEqual([]);
  });

  it('are ignored as fields and left out of maps, and reach no prototype', () => {
    const text = JSON.stringify({ topic: 'usage', value: valueOf('usage') }).replace(
      '"usage":{',
      '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"usage":{"__proto__":{"value":"9"},"dimensions":{"__proto__":"x","constructor":"y","region":"eu"},',
    );
    const parsed = parseLine(text);
    expect(parsed).toMatchObject({ kind: 'record', record: { decoded: { kind: 'event' } } });
    const usage = (
      parsed as never as {
        record: { decoded: { event: { usage: { value: string; dimensions: object } } } };
      }
    ).record.decoded.event.usage;
    expect(usage.value).toBe('1');
    expect(Object.entries(usage.dimensions)).toEqual([
      ['constructor', 'y'],
      ['region', 'eu'],
    ]);
    expect(Object.getPrototypeOf(usage.dimensions)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
