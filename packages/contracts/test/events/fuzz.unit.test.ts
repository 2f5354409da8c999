import { describe, expect, it } from '@jest/globals';
import {
  checkEvent,
  createAvroResolver,
  type Decoded,
  decodeAvroValue,
  encodeEvent,
  parseLine,
  SCHEMA_TEXTS,
  formatLine,
} from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';
import { arbitraryEvent } from '@portal/testkit';
import avsc, { type Schema } from 'avsc';
import fc from 'fast-check';

const types = Object.fromEntries(
  FAMILIES.map((family) => [
    family,
    avsc.Type.forSchema(JSON.parse(SCHEMA_TEXTS[family]) as Schema, { omitRecordMethods: true }),
  ]),
) as Record<Family, avsc.Type>;

const resolvers = Object.fromEntries(
  FAMILIES.map((family) => {
    const made = createAvroResolver(family, SCHEMA_TEXTS[family]);
    if (made.kind !== 'resolver') throw new Error(made.error.reason);
    return [family, made.resolver];
  }),
) as Record<
  Family,
  Extract<ReturnType<typeof createAvroResolver>, { kind: 'resolver' }>['resolver']
>;

const read = (family: Family, bytes: Buffer): Decoded =>
  decodeAvroValue(resolvers[family], bytes, null);

/** The same value as the Avro library reads it; null when it finds none. */
function byLibrary(family: Family, bytes: Buffer): Decoded | null {
  try {
    return checkEvent(family, types[family].fromBuffer(bytes.subarray(5)), null);
  } catch {
    return null;
  }
}

/** Bytes of a real event, with some of them changed, cut off or added. */
const damaged = fc
  .tuple(
    arbitraryEvent(),
    fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
    fc.option(fc.nat()),
    fc.uint8Array({ maxLength: 3 }),
  )
  .map(([event, flips, cut, tail]) => {
    const whole = Buffer.concat([encodeEvent(event, 7), tail]);
    for (const [at, byte] of flips) whole[5 + (at % (whole.length - 5))] = byte;
    const bytes = cut === null ? whole : whole.subarray(0, 5 + (cut % (whole.length - 5)));
    return { family: event.family, bytes };
  });

const RUNS = { numRuns: 2_000 };

describe('whatever the bytes are', () => {
  it('an event that is read is the one the Avro library reads', () => {
    fc.assert(
      fc.property(damaged, ({ family, bytes }) => {
        const decoded = read(family, bytes);
        if (decoded.kind === 'event') expect(byLibrary(family, bytes)).toEqual(decoded);
      }),
      RUNS,
    );
  });

  it('what is refused for what it says is a value all the same, and no event that the contract takes', () => {
    fc.assert(
      fc.property(damaged, ({ family, bytes }) => {
        const decoded = read(family, bytes);
        // Bytes that are no value at all are not given to the library: it may allocate until the process dies.
        if (decoded.kind !== 'undecodable' || decoded.error.code === 'avro_garbage') return;
        // The library throws for numbers that JavaScript cannot hold exactly.
        const isOurs = /^(must be Unicode text|stands twice|must lie between)/.test(
          decoded.error.reason,
        );
        const expected = byLibrary(family, bytes);
        expect(isOurs || expected?.kind === 'undecodable' ? 'refused' : expected).toBe('refused');
      }),
      RUNS,
    );
  });

  it('random ones give no event and no exception', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...FAMILIES),
        fc.uint8Array({ maxLength: 200 }),
        (family, tail) => {
          const { kind } = read(family, Buffer.concat([Buffer.alloc(5), tail]));
          expect(['undecodable', 'unknown_type']).toContain(kind);
        },
      ),
      RUNS,
    );
  });
});

describe('an event in both forms', () => {
  it('is the same event', () => {
    fc.assert(
      fc.property(arbitraryEvent(), (event) => {
        const place = { key: null, partition: null, offset: null, timestamp: null, headers: {} };
        const decoded = read(event.family, encodeEvent(event, 7));
        const line = formatLine({ ...place, family: event.family, decoded });
        expect(parseLine(line)).toMatchObject({ record: { decoded } });
      }),
      { numRuns: 500 },
    );
  });
});

describe('work and memory', () => {
  const schemaWith = (type: unknown): string => {
    const schema = JSON.parse(SCHEMA_TEXTS.usage) as { fields: object[] };
    schema.fields.unshift({ name: 'odd', type });
    return JSON.stringify(schema);
  };
  const decodeOdd = (type: unknown, odd: readonly number[]): Decoded => {
    const made = createAvroResolver('usage', schemaWith(type));
    if (made.kind !== 'resolver') return made;
    return decodeAvroValue(made.resolver, Buffer.from([0, 0, 0, 0, 7, ...odd]), null);
  };
  const BILLION = [0x80, 0xa8, 0xd6, 0xb9, 0x07];
  const nothing = { type: 'record', name: 'Nothing', fields: [{ name: 'n', type: 'null' }] };
  const endless = { type: 'record', name: 'Endless', fields: [{ name: 'next', type: 'Endless' }] };

  it.each<[string, unknown, readonly number[]]>([
    ['a billion entries that take no bytes', { type: 'array', items: nothing }, BILLION],
    [
      'many blocks of them',
      { type: 'array', items: 'null' },
      Array<number[]>(2_000).fill(BILLION).flat(),
    ],
    ['a text of a gigabyte', 'string', BILLION],
    ['a map of a billion entries', { type: 'map', values: 'string' }, BILLION],
    ['a record that holds itself for ever', endless, []],
    [
      'a block that says it is longer than the value',
      { type: 'array', items: 'int' },
      [1, 200, 1, 2, 0],
    ],
    [
      'a block that says it is shorter than it is',
      { type: 'array', items: 'int' },
      [3, 2, 2, 2, 0],
    ],
  ])('are bounded by the bytes that are there: %s', (_, type, odd) => {
    expect(decodeOdd(type, odd)).toMatchObject({ error: { code: 'avro_garbage' } });
  });

  it('end where a type is nested deeper than anybody nests', () => {
    const tree = {
      type: 'record',
      name: 'Tree',
      fields: [{ name: 'next', type: ['null', 'Tree'] }],
    };
    const deep = Array<number>(100_000).fill(2);
    expect(decodeOdd(tree, deep)).toMatchObject({ error: { code: 'avro_garbage' } });
  });

  it('are in proportion to the schema, however its types name one another', () => {
    const chain = Array.from({ length: 5_000 }, (_, index) => ({
      type: 'record',
      name: `R${index}`,
      fields: [
        { name: 'a', type: index === 0 ? 'int' : `R${index - 1}` },
        { name: 'b', type: index === 0 ? 'int' : `R${index - 1}` },
      ],
    }));
    expect(decodeOdd(chain, [])).toMatchObject({ kind: 'undecodable' });
    const payload = (
      JSON.parse(SCHEMA_TEXTS.subscriptions) as { fields: { type: { name: string } }[] }
    ).fields;
    const name = payload.at(-1)!.type.name;
    const branches = Array<string>(1_000).fill(name);
    const schema = JSON.parse(SCHEMA_TEXTS.subscriptions) as { fields: { type: unknown }[] };
    schema.fields.at(-1)!.type = [schema.fields.at(-1)!.type, ...branches];
    expect(createAvroResolver('subscriptions', JSON.stringify(schema))).toMatchObject({
      kind: 'resolver',
    });
  });
});
