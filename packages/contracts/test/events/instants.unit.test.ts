import { describe, expect, it } from '@jest/globals';
import { parseLine } from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';
import { at } from '@portal/testkit';
import { fieldPlaces } from '../../scripts/limit-docs.ts';
import { schemaOf } from './foreign.ts';
import { decode, valueOf } from './values.ts';

const PLAN = { code: 'p', name: 'P', interval: 'monthly', amount_cents: 1, currency: 'EUR' };

/** Fields of one logical type, straight from the schemas: a new one is tested as soon as it is there. */
const fieldsOf = (logicalType: string): readonly { family: Family; path: string }[] =>
  FAMILIES.flatMap((family) =>
    fieldPlaces(schemaOf(family))
      .filter(({ type }) => JSON.stringify(type).includes(`"logicalType":"${logicalType}"`))
      // A record that holds such a field says so, too.
      .filter(({ type }) => !JSON.stringify(type).includes('"fields"'))
      .map(({ path }) => ({ family, path })),
  );

const instants = fieldsOf('timestamp-micros');
const dates = fieldsOf('date');

function reading(family: Family, path: string, text: string): unknown {
  const pending = { plan: PLAN, effective_at: '2026-12-01T00:00:00Z' };
  const around = family === 'subscriptions' ? { 'subscription.pending_plan': pending } : {};
  return decode(family, valueOf(family, { ...around, [path]: text }));
}

const refused = (field: string, reason: RegExp): object => ({
  kind: 'undecodable',
  error: { code: 'contract_invalid', field, reason: expect.stringMatching(reason) },
});

const WRITE = String.raw`write a time and its zone, such as "2026-11-10T00:00:00-05:00"$`;

describe('the fields that are tested', () => {
  it('are those of every family', () => {
    expect(new Set(instants.map(({ family }) => family))).toEqual(new Set(FAMILIES));
    expect(instants.length).toBeGreaterThanOrEqual(15);
    expect(dates).toHaveLength(2);
  });
});

describe.each(instants)('$family $path', ({ family, path }) => {
  it.each([
    [
      'a date alone',
      '2026-11-10',
      new RegExp(`^is a date alone, which names no instant: ${WRITE}`),
    ],
    [
      'a time without a zone',
      '2026-11-10T00:00:00',
      new RegExp(`^is a time without a zone, which names no instant: ${WRITE}`),
    ],
    ['a finer time', '2026-11-10T00:00:00.1234567Z', /^must have at most six fraction digits/],
    ['an offset without minutes', '2026-11-10T00:00:00-05', /^must be an RFC 3339 instant/],
    ['24 o’clock', '2026-11-10T24:00:00Z', /^must be an RFC 3339 instant/],
  ])('refuses %s and says what to write', (_, text, reason) => {
    expect(reading(family, path, text)).toEqual(refused(path, reason));
  });

  it.each([
    ['2026-11-10T00:00:00-05:00', '2026-11-10T05:00:00Z'],
    ['2026-11-10T00:00-05:00', '2026-11-10T05:00:00Z'],
    ['2026-11-10T05:00:00.123456Z', '2026-11-10T05:00:00.123456Z'],
  ])('takes %s for the instant it names', (text, instant) => {
    const names = path.split('.');
    let found = (reading(family, path, text) as { event?: unknown }).event;
    for (const name of names) found = (found as Record<string, unknown>)[name];
    expect(found).toBe(at(instant));
  });
});

describe.each(dates)('$family $path', ({ family, path }) => {
  it.each(['2026-11-10T00:00:00Z', '2026-11-10T00:00:00-05:00', '2026-11-10 10:00'])(
    'takes no instant for a day: %s',
    (text) => {
      expect(reading(family, path, text)).toEqual(
        refused(path, /^must be a date alone such as "2026-11-23", without a time$/),
      );
    },
  );
});

describe('the log’s own time of a line', () => {
  it.each([
    ['2026-11-10', /^is a date alone/],
    ['2026-11-10T10:00:00', /^is a time without a zone/],
  ])('is refused the same way: %s', (timestamp, reason) => {
    const line = JSON.stringify({ topic: 'usage', value: valueOf('usage'), timestamp });
    expect(parseLine(line)).toMatchObject({ record: { decoded: refused('timestamp', reason) } });
  });
});
