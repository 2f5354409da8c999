import { describe, expect, it } from '@jest/globals';
import { checkEvent, parseLine, type Decoded } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { at } from '@portal/testkit';
import { charge, CHARGE, decode, ID, valueOf } from './values.ts';

describe('what producers may leave out or spell differently', () => {
  it.each(['1830-01-01T00:00:00Z', '2249-12-31T23:59:59.999999Z'])(
    'takes an instant where the calendar begins or ends: %s',
    (created_at) => {
      const decoded = decode('wallets', valueOf('wallets', { 'wallet.created_at': created_at }));
      expect(decoded).toMatchObject({ event: { wallet: { created_at: at(created_at) } } });
    },
  );

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
          current_period_end: null,
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
          operation: null,
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

  it.each([undefined, null, 'add', 'remove'])('takes the operation %j of a member', (operation) => {
    const member = { 'usage.kind': 'unique', 'usage.unique_key': 'ann' };
    const value = valueOf('usage', { ...member, 'usage.operation': operation });
    expect(decode('usage', value)).toMatchObject({
      event: { usage: { operation: operation ?? 'add' } },
    });
  });

  it.each(['5', '-2', '+0.5'])('takes a change of %s, with no operation', (amount) => {
    const value = valueOf('usage', { 'usage.kind': 'change', 'usage.value': amount });
    expect(decode('usage', value)).toMatchObject({
      event: { usage: { kind: 'change', value: amount, operation: null } },
    });
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

  it.each(['en', 'en-US', 'fr', 'zh-Hant-TW', 'de-CH-1996', 'ar-u-nu-latn', 'EN-us'])(
    'knows the language %s',
    (portal_locale) => {
      const value = valueOf('customers', { 'customer.portal_locale': portal_locale });
      expect(decode('customers', value)).toMatchObject({ event: { customer: { portal_locale } } });
    },
  );

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
