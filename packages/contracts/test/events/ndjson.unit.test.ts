import { describe, expect, it } from '@jest/globals';
import { checkEvent, formatLine, parseLine, type LogRecord } from '@portal/contracts';
import { FAMILIES } from '@portal/projection';
import { anErasure, arbitraryEvent, at, aUsage, CUSTOMER, ORGANIZATION } from '@portal/testkit';
import fc from 'fast-check';

const KEY = `${ORGANIZATION}:${CUSTOMER}`;

const value = {
  event_id: 'e-1',
  event_type: 'usage.recorded',
  occurred_at: '2026-11-10T12:00:00Z',
  organization_id: ORGANIZATION,
  customer_id: CUSTOMER,
  source: 'billing',
  usage: { metric_code: 'api_calls', timestamp: '2026-11-10T12:00:00.000001Z' },
};
const line = (fields: object): string =>
  JSON.stringify({ topic: 'billing.usage', value, ...fields });

const recordOf = (text: string): LogRecord => {
  const parsed = parseLine(text);
  if (parsed.kind !== 'record') throw new Error(parsed.error.reason);
  return parsed.record;
};

describe('a line', () => {
  it('gives the record, with what it leaves open as null and the key from the value', () => {
    const timestamp = at('2026-11-10T12:00:00.000001Z');
    expect(recordOf(line({}))).toEqual({
      family: 'usage',
      key: KEY,
      partition: null,
      offset: null,
      timestamp: null,
      headers: {},
      decoded: {
        kind: 'event',
        event: {
          ...aUsage({ timestamp }, { event_id: 'e-1', occurred_at: at('2026-11-10T12:00:00Z') }),
        },
      },
    });
  });

  it('may say where the record lies, in milliseconds or as an instant when', () => {
    const place = { key: 'k', partition: 3, offset: '105', headers: { ce_id: 'e-1' } };
    const expected = { ...place, offset: 105, timestamp: 1_794_312_000_000 };
    expect(recordOf(line({ ...place, timestamp: 1_794_312_000_000 }))).toMatchObject(expected);
    expect(recordOf(line({ ...place, timestamp: '2026-11-10T12:00:00Z' }))).toMatchObject(expected);
  });

  it.each(['usage', 'billing.usage'])('may call its topic %s', (topic) => {
    expect(recordOf(line({ topic })).family).toBe('usage');
  });

  it('may use the prefix of another installation when told so', () => {
    expect(parseLine(line({ topic: 'acme.usage' }), 'acme')).toMatchObject({ kind: 'record' });
    expect(parseLine(line({ topic: 'acme.usage' }))).toMatchObject({ kind: 'malformed' });
  });

  it('is a tombstone when its value is null', () => {
    expect(recordOf(line({ value: null, key: KEY }))).toMatchObject({
      key: KEY,
      decoded: { kind: 'null' },
    });
  });
});

describe('a malformed line', () => {
  it.each([
    ['bad JSON', '{"topic":', 'malformed_json', null, /./],
    ['nothing', '', 'malformed_json', null, /./],
    ['a key given twice', '{"topic":"usage","topic":"wallets"}', 'malformed_json', null, /topic/],
    ['endless nesting', '['.repeat(200_000), 'malformed_json', null, /^is nested too deeply$/],
    ['no object', '[1]', 'contract_invalid', null, /^must be an object$/],
    ['no topic', '{"value":{}}', 'contract_invalid', 'topic', /^is required$/],
    [
      'a type that tells none',
      '{"event_type":"refund.made"}',
      'contract_invalid',
      'event_type',
      /^"refund.made" tells no topic: correct it or add "topic"$/,
    ],
    [
      'an unknown topic',
      line({ topic: 'billing.invoicez' }),
      'unknown_topic',
      'topic',
      /^"billing.invoicez" is no topic of billing$/,
    ],
    [
      'the topic of decisions',
      line({ topic: 'billing.decisions' }),
      'unknown_topic',
      'topic',
      /no topic/,
    ],
    [
      'a topic of the prototype',
      line({ topic: 'constructor' }),
      'unknown_topic',
      'topic',
      /no topic/,
    ],
  ])('has no place in the log: %s', (_, text, code, field, reason) => {
    expect(parseLine(text)).toEqual({
      kind: 'malformed',
      error: { code, field, reason: expect.stringMatching(reason) },
    });
  });

  it.each([
    ['partition', { partition: -1 }, 'must be 0 or more'],
    ['offset', { offset: 1.5 }, 'must be a whole number'],
    ['offset', { offset: true }, 'must be a whole number'],
    ['timestamp', { timestamp: 'yesterday' }, 'must be a whole number'],
    ['key', { key: 7 }, 'must be a text'],
    ['headers.a', { headers: { a: 1 } }, 'must be a text'],
    ['value', { value: undefined }, 'is required'],
    [null, { value: 'text' }, 'must be an object'],
    [
      'undecodable.code',
      { undecodable: { code: 'bad_luck' } },
      /^must be one of too_short, .*, not "bad_luck"$/,
    ],
  ])('is parked when only %s is wrong', (field, fields, reason) => {
    const { family, decoded } = recordOf(line(fields));
    expect(family).toBe('usage');
    expect(decoded).toEqual({
      kind: 'undecodable',
      error: {
        code: 'contract_invalid',
        field,
        reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      },
    });
  });

  it('keeps the key of a value that breaks the contract elsewhere', () => {
    const broken = { ...value, usage: { ...value.usage, value: 'lots' } };
    expect(recordOf(line({ value: broken, partition: 2, offset: 9 }))).toMatchObject({
      key: KEY,
      partition: 2,
      offset: 9,
      decoded: { kind: 'undecodable', error: { field: 'usage.value' } },
    });
    expect(recordOf(line({ value: { ...value, customer_id: 'me' } })).key).toBeNull();
  });

  it('keeps whole numbers exact or refuses them, as numbers or as texts', () => {
    const versioned = (version: string): unknown => {
      const invoice = `{"id":"i","version":${version},"number":"1","status":"draft","currency":"EUR","total_cents":0}`;
      const envelope = JSON.stringify({ ...value, event_type: 'invoice.created' }).slice(0, -1);
      return recordOf(`{"topic":"invoices","value":${envelope},"invoice":${invoice}}}`).decoded;
    };
    const event = (version: number): object => ({ event: { invoice: { version } } });
    const refused = { error: { field: 'invoice.version' } };
    expect(versioned('9007199254740990')).toMatchObject(event(9_007_199_254_740_990));
    expect(versioned('"9007199254740990"')).toMatchObject(event(9_007_199_254_740_990));
    for (const text of [
      '9007199254740993',
      '"9007199254740993"',
      '1e400',
      '5.0',
      '5e0',
      '"5.0"',
      '""',
    ]) {
      expect(versioned(text)).toMatchObject(refused);
    }
  });
});

describe('a dump', () => {
  const anyPlace = fc.record({
    family: fc.constantFrom(...FAMILIES),
    key: fc.option(fc.string(), { nil: KEY }),
    partition: fc.option(fc.nat(), { nil: null }),
    offset: fc.option(fc.nat(), { nil: null }),
    timestamp: fc.constantFrom(null, 1_797_292_800_000),
    headers: fc.dictionary(fc.constantFrom('ce_id', 'ce_type'), fc.string(), {
      noNullPrototype: true,
    }),
  });

  it('gives every event back with its coordinates', () => {
    fc.assert(
      fc.property(anyPlace, arbitraryEvent(), (place, event) => {
        const record = {
          ...place,
          family: event.family,
          decoded: { kind: 'event' as const, event },
        };
        expect(parseLine(formatLine(record))).toEqual({ kind: 'record', record });
      }),
      { numRuns: 1_000 },
    );
  });

  it.each<LogRecord['decoded']>([
    { kind: 'event', event: anErasure() },
    { kind: 'null' },
    { kind: 'unknown_type', event_type: 'customer.promoted' },
    {
      kind: 'undecodable',
      error: { code: 'wrong_magic_byte', field: null, reason: 'the first byte is 7' },
    },
    {
      kind: 'undecodable',
      error: { code: 'contract_invalid', field: 'customer.name', reason: 'is required' },
    },
  ])('gives back what was no ordinary event: $kind', (decoded) => {
    const record = {
      family: 'customers' as const,
      key: KEY,
      partition: 1,
      offset: 5,
      timestamp: 1_794_312_000_000,
      headers: {},
      decoded,
    };
    expect(parseLine(formatLine(record))).toEqual({ kind: 'record', record });
  });

  it('is one line, for the topics of the prefix', () => {
    const text = formatLine({ ...recordOf(line({})), headers: { note: 'a\nb' } }, 'acme');
    expect(text).not.toContain('\n');
    expect(JSON.parse(text)).toMatchObject({ topic: 'acme.usage', headers: { note: 'a\nb' } });
  });

  it('says instants as ISO 8601', () => {
    const dumped = JSON.parse(formatLine(recordOf(line({})))) as { value: object };
    expect(dumped.value).toMatchObject({
      occurred_at: '2026-11-10T12:00:00Z',
      usage: { timestamp: '2026-11-10T12:00:00.000001Z' },
    });
    expect(checkEvent('usage', dumped.value, null)).toEqual(recordOf(line({})).decoded);
  });
});
