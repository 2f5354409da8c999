import { describe, expect, it } from '@jest/globals';
import {
  createAvroResolver,
  type Decoded,
  decodeAvroValue,
  encodeEvent,
  parseLine,
  readJson,
  readWireHeader,
  SCHEMA_TEXTS,
} from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';
import { arbitraryEvent } from '@portal/testkit';
import fc from 'fast-check';
import { OWN_SENTENCES } from './own-sentences.ts';
import { charge, CHARGE, ID, valueOf } from './values.ts';

const LENGTH_MAX = 700;

function isOurs(reason: string): string {
  const known = reason.length <= LENGTH_MAX && OWN_SENTENCES.some((form) => form.test(reason));
  return known ? 'ours' : reason.slice(0, 2_000);
}

function expectOurs(decoded: Decoded): void {
  if (decoded.kind === 'undecodable') expect(isOurs(decoded.error.reason)).toBe('ours');
}

function refusalOfLine(line: string): void {
  const parsed = parseLine(line);
  if (parsed.kind === 'malformed') expect(isOurs(parsed.error.reason)).toBe('ours');
  else expectOurs(parsed.record.decoded);
}

const RUNS = { numRuns: 1_500 };

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(
    ...[
      '',
      'x'.repeat(300),
      '\ud800',
      '2026-11-10',
      '2026-11-10T10:00:00',
      '2026-11-10T10:00:00.1234567Z',
    ],
    ...['2026-02-30T00:00:00Z', 'en_US', 'Mars/Olympus', '1e400', '99999999999999999999', '-1'],
    ...[null, 1.5, -1, 2 ** 60, true, [], {}, [[]], { a: {} }],
  ),
);

const full = (family: Family): Record<string, unknown> => {
  const filters = [{ dimensions: { region: ['eu'] }, properties: {} }];
  const around: Readonly<Record<Family, Record<string, unknown>>> = {
    customers: { 'customer.timezone': 'UTC', 'customer.portal_locale': 'en' },
    subscriptions: { ...charge({}), 'subscription.charges': [{ ...CHARGE, filters }] },
    invoices: { 'invoice.subscription_ids': [ID], 'invoice.issuing_date': '2026-11-01' },
    usage: { 'usage.dimensions': { region: 'eu' } },
    wallets: { 'wallet.expiration_at': '2026-12-01T00:00:00Z' },
  };
  return valueOf(family, around[family]);
};

/** Every place of a JSON value, by the names and indices that lead to it. */
function pathsOf(value: unknown): readonly (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [[]];
  const names = Array.isArray(value) ? value.map((_, index) => index) : Object.keys(value);
  const inside = names.flatMap((name) =>
    pathsOf((value as Record<string | number, unknown>)[name]).map((path) => [name, ...path]),
  );
  return [[], ...inside];
}

function put(value: unknown, path: readonly (string | number)[], odd1: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return odd1;
  const copy = (
    Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
  ) as Record<string | number, unknown>;
  copy[name] = put(copy[name], rest, odd1);
  return copy;
}

describe('a refusal is one of our own sentences', () => {
  it('whatever stands in place of whatever in an event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAMILIES), fc.nat(), odd, (family, place, value) => {
        const event = full(family);
        const paths = pathsOf(event);
        const path = paths[place % paths.length] ?? [];
        refusalOfLine(JSON.stringify({ topic: family, value: put(event, path, value) }));
      }),
      RUNS,
    );
  });

  it('whatever is done to the JSON of a line', () => {
    const line = JSON.stringify({ topic: 'subscriptions', key: 'k', value: full('subscriptions') });
    const noise = fc.constantFrom(
      '{',
      '}',
      '[',
      '"',
      ',',
      ':',
      '\\',
      '\\u',
      '-',
      '.',
      'e',
      '\n',
      '7',
      'nul',
      '\u0000',
      '😀',
    );
    fc.assert(
      fc.property(fc.nat(line.length), fc.nat(3), noise, (at, removed, text) => {
        refusalOfLine(line.slice(0, at) + text + line.slice(at + removed));
        refusalOfLine(line.slice(0, at));
      }),
      RUNS,
    );
    for (const text of [
      '',
      ' ',
      'null',
      '7',
      '{"a":1,"a":2}',
      '['.repeat(200_000),
      '\ufeff{}',
      "{'a':1}",
      '{"a":01}',
    ]) {
      refusalOfLine(text);
    }
  });

  it.each([
    ['{"topic":"usage","topic":"wallets"}', 'has the key "topic" twice, with different values'],
    ['{"topic":', 'is not JSON: it ends too early'],
    ['{"topic":"usage",}', 'is not JSON: character 18, "}", does not belong there'],
    ["{'topic':1}", `is not JSON: character 2, "'", does not belong there`],
  ])('that names the place: %s', (text, reason) => {
    expect(readJson(text)).toEqual({ kind: 'malformed', reason });
  });

  it('whatever the bytes of a message are', () => {
    fc.assert(
      fc.property(
        arbitraryEvent(),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (event, at, byte) => {
          const bytes = encodeEvent(event, 7);
          bytes[at % bytes.length] = byte;
          const header = readWireHeader(bytes);
          if (header.kind === 'undecodable') {
            expectOurs(header);
            return;
          }
          const made = createAvroResolver(event.family, SCHEMA_TEXTS[event.family]);
          if (made.kind === 'resolver') expectOurs(decodeAvroValue(made.resolver, bytes, null));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('whatever a schema says', () => {
    const types = fc.constantFrom<unknown>(
      ...[
        'null',
        'boolean',
        'int',
        'long',
        'float',
        'double',
        'bytes',
        'string',
        'Nobody',
        '',
        7,
        null,
        {},
      ],
      ...[
        [],
        ['null'],
        ['string', 'double'],
        ['null', 'int', 'long', 'float', 'double', 'bytes', 'string'],
      ],
      ...[
        { type: 'array' },
        { type: 'array', items: 'int' },
        { type: 'map', values: ['null', 'bytes'] },
      ],
      ...[
        { type: 'enum', name: 'E', symbols: 7 },
        { type: 'enum', name: 'E', symbols: ['a'] },
      ],
      ...[
        { type: 'fixed', name: 'F', size: -1 },
        { type: 'fixed', name: 'F', size: 3 },
      ],
      ...[
        { type: 'record', name: 'R' },
        { type: 'record', name: 'R', fields: [7] },
      ],
      {
        type: 'record',
        name: 'R',
        fields: [
          { name: 'a', type: 'R' },
          { name: 'a', type: 'int' },
        ],
      },
      ...[
        'decimal',
        'timestamp-millis',
        'date',
        'local-timestamp-nanos',
        'a\nline',
        'x'.repeat(99),
      ].map((logicalType) => ({ type: 'bytes', logicalType })),
    );
    fc.assert(
      fc.property(fc.constantFrom(...FAMILIES), fc.nat(), types, (family, place, type) => {
        const schema: unknown = JSON.parse(SCHEMA_TEXTS[family]);
        const paths = pathsOf(schema).filter((path) => path.at(-1) === 'type' || path.length === 0);
        const made = createAvroResolver(
          family,
          JSON.stringify(put(schema, paths[place % paths.length] ?? [], type)),
        );
        if (made.kind === 'undecodable') expectOurs(made);
      }),
      RUNS,
    );
    for (const text of [
      '',
      'record',
      '{',
      '[]',
      'null',
      '"string"',
      '['.repeat(500) + ']'.repeat(500),
      ' '.repeat(1_000_001),
    ]) {
      const made = createAvroResolver('usage', text);
      if (made.kind === 'undecodable') expectOurs(made);
    }
  });
});
