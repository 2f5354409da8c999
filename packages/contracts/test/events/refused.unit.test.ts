import { describe, expect, it } from '@jest/globals';
import { type Family } from '@portal/projection';
import { charge, decode, ID, PAYLOADS, valueOf } from './values.ts';

const REQUIRED = 'is required';
const EMPTY = 'must not be empty';
const INSTANT =
  'must be an RFC 3339 instant from 1830 to 2249, such as "2026-11-10T00:00:00-05:00"';
const LOCALE = 'must be a BCP 47 language tag such as "en-US", not';
const DECIMAL = 'must be a decimal string such as "12.5"';
const UUID = 'must be a UUID';
const DATE = 'must be a date such as "2026-11-23"';
const WHOLE = 'must be a whole number';
const TEXT = 'must be a text';
const OBJECT = 'must be an object';

describe('a value that breaks the contract', () => {
  it.each<[Family, string, unknown, string]>([
    ['usage', 'event_id', undefined, REQUIRED],
    ['usage', 'event_id', null, REQUIRED],
    ['usage', 'event_id', '', EMPTY],
    ['usage', 'event_id', 7, TEXT],
    ['usage', 'event_type', undefined, REQUIRED],
    ['usage', 'event_type', '', EMPTY],
    ['usage', 'source', undefined, REQUIRED],
    ['usage', 'organization_id', 'acme', UUID],
    ['usage', 'customer_id', `${ID}0`, UUID],
    ['usage', 'occurred_at', '2026-02-30T00:00:00Z', INSTANT],
    ['usage', 'occurred_at', 1_794_312_000_000, INSTANT],
    ['usage', 'occurred_at', '9999-12-31T00:00:00Z', INSTANT],
    ['usage', 'occurred_at', '1700-01-01T00:00:00Z', INSTANT],
    ['usage', 'usage', undefined, REQUIRED],
    ['usage', 'usage', [], OBJECT],
    ['usage', 'usage.metric_code', '', EMPTY],
    ['usage', 'usage.kind', 'gauge', 'must be one of counter, point, change, unique, not "gauge"'],
    ['usage', 'usage.value', '1e3', DECIMAL],
    ['usage', 'usage.value', '1,5', DECIMAL],
    ['usage', 'usage.value', ' 1', DECIMAL],
    ['usage', 'usage.value', '.', DECIMAL],
    ['usage', 'usage.value', 1, DECIMAL],
    ['usage', 'usage.value', '1'.repeat(61), 'must have at most 60 characters'],
    ['usage', 'usage.amount_cents', 'free', DECIMAL],
    ['usage', 'usage.dimensions', { region: 1 }, TEXT],
    ['usage', 'usage.properties', 'x', OBJECT],
    ['customers', 'customer', undefined, REQUIRED],
    ['customers', 'customer.version', -1, 'must be 0 or more'],
    ['customers', 'customer.version', 1.5, WHOLE],
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
      'must be an IANA time zone such as "Europe/Paris", not "Mars/Olympus"',
    ],
    [
      'customers',
      'customer.timezone',
      '+02:00',
      'must be an IANA time zone such as "Europe/Paris", not "+02:00"',
    ],
    ['customers', 'customer.portal_locale', 'en_US', `${LOCALE} "en_US"`],
    ['customers', 'customer.portal_locale', 'en_US.UTF-8', `${LOCALE} "en_US.UTF-8"`],
    ['customers', 'customer.portal_locale', 'C', `${LOCALE} "C"`],
    ['customers', 'customer.portal_locale', '', `${LOCALE} ""`],

    ['subscriptions', 'subscription.id', 'sub-1', UUID],
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
    ['subscriptions', 'subscription.created_at', undefined, REQUIRED],
    [
      'subscriptions',
      'subscription.plan.interval',
      'daily',
      'must be one of weekly, monthly, quarterly, semiannual, yearly, not "daily"',
    ],
    ['subscriptions', 'subscription.plan.amount_cents', '12.5', WHOLE],
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
    ['invoices', 'invoice.issuing_date', '2026-02-30', DATE],
    ['invoices', 'invoice.issuing_date', 20_758, DATE],
    [
      'invoices',
      'invoice.payment_due_date',
      '2026-11-23T00:00:00Z',
      'must be a date alone such as "2026-11-23", without a time',
    ],
    ['wallets', 'wallet.priority', 0, 'must be 1 to 50'],
    ['wallets', 'wallet.priority', 51, 'must be 1 to 50'],
    ['wallets', 'wallet.status', 'empty', 'must be one of active, terminated, not "empty"'],
    ['wallets', 'wallet.expiration_at', 'soon', INSTANT],
    ['wallets', 'wallet.expiration_at', '2250-01-01T00:00:00Z', INSTANT],
    ['subscriptions', 'subscription.created_at', '1829-12-31T23:59:59.999999Z', INSTANT],
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

  it.each(['counter', 'point', 'change'])('is an operation on a %s', (kind) => {
    for (const operation of ['add', 'remove']) {
      const patch = { 'usage.kind': kind, 'usage.operation': operation };
      expect(decode('usage', valueOf('usage', patch))).toEqual({
        kind: 'undecodable',
        error: {
          code: 'contract_invalid',
          field: 'usage.operation',
          reason: `is for usage of kind unique only, not ${kind}`,
        },
      });
    }
  });

  it.each([
    ['leave', 'must be one of add, remove, not "leave"'],
    ['', 'must be one of add, remove, not ""'],
    [1, 'must be a text'],
  ])('is an operation nobody knows: %j', (operation, reason) => {
    const patch = {
      'usage.kind': 'unique',
      'usage.unique_key': 'ann',
      'usage.operation': operation,
    };
    expect(decode('usage', valueOf('usage', patch))).toMatchObject({
      error: { field: 'usage.operation', reason },
    });
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
