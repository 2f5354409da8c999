import { describe, expect, it } from '@jest/globals';
import { createAvroResolver } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { aUsage } from '@portal/testkit';
import { foreign, type Node, outcome } from './foreign.ts';

const plain = (type: unknown): unknown => (type as Node)['type'];
const as =
  (type: string, logicalType: string, more: Node = {}) =>
  (): Node => ({
    type,
    logicalType,
    ...more,
  });
const decimal = (precision: number, scale: number) => as('bytes', 'decimal', { precision, scale });

const INSTANT = 'an instant (long as timestamp-micros, timestamp-millis or timestamp-nanos)';
const DECIMAL = 'a decimal (string, long, int, or bytes or fixed as decimal)';

const usageWith = (usage: object): object => ({
  ...aUsage(),
  usage: { ...aUsage().usage, ...usage },
});
const facts = (usage: object): object => ({ kind: 'event', event: { usage } });

const literal = (text: string): string => text.replace(/[()[\].]/g, String.raw`\$&`);

describe('a value that could only be guessed', () => {
  it.each<[string, Family, string, string, (type: unknown) => unknown, string, string]>([
    [
      'a plain long for an instant',
      'usage',
      'timestamp',
      'usage.timestamp',
      plain,
      'a plain long',
      INSTANT,
    ],
    [
      'a local time',
      'usage',
      'timestamp',
      'usage.timestamp',
      as('long', 'local-timestamp-micros'),
      'a long as local-timestamp-micros',
      INSTANT,
    ],
    [
      'a date for an instant',
      'usage',
      'timestamp',
      'usage.timestamp',
      as('int', 'date'),
      'an int as date',
      INSTANT,
    ],
    [
      'a double for a decimal',
      'usage',
      'value',
      'usage.value',
      () => 'double',
      'a double',
      DECIMAL,
    ],
    ['bytes for a decimal', 'usage', 'value', 'usage.value', () => 'bytes', 'bytes', DECIMAL],
    [
      'a decimal of no known scale',
      'usage',
      'value',
      'usage.value',
      as('bytes', 'decimal'),
      'bytes as decimal without a precision',
      DECIMAL,
    ],
    [
      'a decimal for a name',
      'customers',
      'name',
      'customer.name',
      decimal(9, 2),
      'bytes as decimal',
      'a text (string, enum or bytes)',
    ],
    [
      'a plain int for a day',
      'invoices',
      'issuing_date',
      'invoice.issuing_date',
      plain,
      'a plain int',
      'a day (int as date)',
    ],
    [
      'a double for an amount',
      'invoices',
      'total_cents',
      'invoice.total_cents',
      () => 'double',
      'a double',
      'a whole number (long, int or decimal)',
    ],
    [
      'a text for a flag',
      'subscriptions',
      'pay_in_advance',
      'subscription.plan.pay_in_advance',
      () => 'string',
      'a string',
      'true or false (boolean)',
    ],
    [
      'texts of decimals in a map',
      'usage',
      'dimensions',
      'usage.dimensions[]',
      () => ({ type: 'map', values: decimal(9, 2)() }),
      'bytes as decimal',
      'a text (string, enum or bytes)',
    ],
    [
      'a list for a map',
      'usage',
      'dimensions',
      'usage.dimensions',
      () => ({ type: 'array', items: 'string' }),
      'a list (array)',
      'a map',
    ],
  ])('is refused by field, what it is and what it should be: %s', (...row) => {
    const [, family, name, field, change, found, wanted] = row;
    expect(createAvroResolver(family, foreign(family, [name], change))).toMatchObject({
      kind: 'undecodable',
      error: {
        code: 'wrong_schema',
        field,
        reason: expect.stringMatching(
          new RegExp(`^is ${literal(found)}, should be ${literal(wanted)}`),
        ),
      },
    });
  });

  it('is found in unions, lists and records within records, and every field is named', () => {
    const names = ['occurred_at', 'effective_at', 'started_at'];
    expect(
      createAvroResolver('subscriptions', foreign('subscriptions', names, plain)),
    ).toMatchObject({
      error: {
        code: 'wrong_schema',
        field: 'occurred_at',
        reason: expect.stringMatching(
          /; so are: subscription\.started_at, subscription\.pending_plan\.effective_at$/,
        ),
      },
    });
  });

  it('is refused where it stands when its schema also allows what can be read', () => {
    const schema = foreign('usage', ['value'], () => ['string', 'double']);
    expect(outcome('usage', schema, usageWith({ value: '1.5' }))).toMatchObject(
      facts({ value: '1.5' }),
    );
    expect(outcome('usage', schema, usageWith({ value: 1.5 }))).toEqual({
      kind: 'undecodable',
      error: {
        code: 'contract_invalid',
        field: 'usage.value',
        reason: `is a double, should be ${DECIMAL}`,
      },
    });
  });
});
