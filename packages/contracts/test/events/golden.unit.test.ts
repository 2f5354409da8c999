import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FAMILIES } from '@portal/projection';
import {
  checkEvent,
  createAvroResolver,
  createDecisionReader,
  decodeAvroValue,
  SCHEMA_TEXTS,
  TOPIC_NAMES,
  writeWire,
} from '@portal/contracts';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addGoldenVersions } from '../../scripts/golden-add.ts';
import {
  evolutionFaults,
  goldenVersions,
  HOW_TO_ADD,
  schemaText,
  strayGoldenFiles,
  undocumented,
} from '../../scripts/golden.ts';
import { schemaModule } from '../../scripts/schema-module.ts';

const SCHEMAS = 'schemas';
const versions = goldenVersions(SCHEMAS);
const json = (text: string): string => JSON.stringify(JSON.parse(text));

describe.each(FAMILIES)('billing.%s', (family) => {
  const own = versions.filter((golden) => golden.family === family);
  const present = schemaText(SCHEMAS, family);

  it('is frozen as its newest golden version', () => {
    const newest = own.at(-1);
    const frozen = newest !== undefined && json(newest.schema) === present;
    expect(frozen ? 'frozen' : `the schema changed: ${HOW_TO_ADD}`).toBe('frozen');
  });

  it('documents every record and field', () => {
    expect(undocumented(present)).toEqual([]);
  });

  it.each(own)('reads what version $version wrote', ({ schema, samples }) => {
    expect(evolutionFaults(schema, present)).toEqual([]);
    const built = createAvroResolver(family, schema);
    if (built.kind !== 'resolver') throw new Error(built.error.reason);
    expect(samples.length).toBeGreaterThan(0);
    for (const { hex, value } of samples) {
      const bytes = writeWire(1, Buffer.from(hex, 'hex'));
      const decoded = decodeAvroValue(built.resolver, bytes, null);
      expect(decoded).toMatchObject({ kind: 'event' });
      expect(decoded).toEqual(checkEvent(family, value, null));
    }
  });
});

describe('billing.decisions', () => {
  const own = versions.filter(({ family }) => family === 'decisions');
  const present = schemaText(SCHEMAS, 'decisions');

  it('is frozen as its newest golden version, and documents every record and field', () => {
    const newest = own.at(-1);
    const frozen = newest !== undefined && json(newest.schema) === present;
    expect(frozen ? 'frozen' : `the schema changed: ${HOW_TO_ADD}`).toBe('frozen');
    expect(undocumented(present)).toEqual([]);
  });

  it.each(own)('reads what version $version wrote', ({ schema, samples }) => {
    expect(evolutionFaults(schema, present)).toEqual([]);
    const read = createDecisionReader(schema);
    const decisions = samples.map(({ hex }) => read(writeWire(1, Buffer.from(hex, 'hex'))));
    expect(decisions).toEqual(
      samples.map(({ name, value }) =>
        name === 'of a type still to come'
          ? { kind: 'unknown_type' }
          : { kind: 'decision', decision: expect.objectContaining(payloadOf(value)) },
      ),
    );
  });

  /** Each type has the payload of its name; the other one is null and left out. */
  const payloadOf = (value: unknown): object =>
    Object.fromEntries(Object.entries(value as object).filter(([, part]) => part !== null));
});

describe('the golden folder', () => {
  it('holds nothing that no version explains', () => {
    expect(strayGoldenFiles(SCHEMAS)).toEqual([]);
  });

  it('knows at least the first version of each topic', () => {
    expect(versions.filter(({ version }) => version === 1)).toHaveLength(TOPIC_NAMES.length);
  });
});

describe('the schemas that the code carries', () => {
  it('are the files in schemas/', () => {
    const written = readFileSync('packages/contracts/src/events/schema-texts.ts', 'utf8');
    expect(written === schemaModule(SCHEMAS) ? 'equal' : HOW_TO_ADD).toBe('equal');
    for (const name of TOPIC_NAMES) expect(SCHEMA_TEXTS[name]).toBe(schemaText(SCHEMAS, name));
  });
});

describe('evolution', () => {
  const record = (...fields: object[]): string =>
    JSON.stringify({ type: 'record', name: 'R', doc: 'A record.', fields });
  const id = { name: 'id', type: 'string', doc: 'An id.' };
  const note = { name: 'note', type: ['null', 'string'], default: null, doc: 'A note.' };

  it('accepts an added field with a default and a field left out', () => {
    expect(evolutionFaults(record(id), record(id, note))).toEqual([]);
    expect(evolutionFaults(record(id, note), record(id))).toEqual([]);
  });

  it('refuses an added field without a default', () => {
    const { default: _, ...demanded } = note;
    expect(evolutionFaults(record(id), record(id, demanded))).toEqual([
      expect.stringContaining('note'),
    ]);
  });

  it('refuses another type and another record name', () => {
    expect(evolutionFaults(record(id), record({ ...id, type: 'long' }))).toHaveLength(1);
    expect(evolutionFaults(record(id), record(id).replace('"R"', '"S"'))).toHaveLength(1);
  });

  it('finds what has no doc, deep inside lists and unions', () => {
    const inner = { type: 'record', name: 'I', fields: [{ name: 'x', type: 'int' }] };
    const list = { name: 'list', doc: 'A list.', type: ['null', { type: 'array', items: inner }] };
    expect(undocumented(record(id, list))).toEqual(['list', 'list.x']);
  });
});

describe('adding a golden version', () => {
  let copy = '';
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'schemas-'));
    cpSync(SCHEMAS, copy, { recursive: true });
  });
  afterEach(() => {
    rmSync(copy, { recursive: true });
  });

  const edit = (family: string, from: string, to: string): void => {
    const file = join(copy, `billing.${family}.avsc`);
    writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  };
  const FIRST_FIELD = '{ "name": "version"';
  const PHASE = '"name": "phase", "type": ["null", "string"]';

  it('adds nothing when nothing changed', () => {
    expect(addGoldenVersions(copy)).toEqual([]);
  });

  it('freezes a changed schema as the next version, with samples it wrote', () => {
    const before = goldenVersions(copy).filter(({ family }) => family === 'wallets').length;
    edit(
      'wallets',
      FIRST_FIELD,
      `{ ${PHASE}, "default": null, "doc": "A phase." }, ${FIRST_FIELD}`,
    );
    expect(addGoldenVersions(copy)).toEqual([`billing.wallets: version ${before + 1}`]);
    const newest = goldenVersions(copy)
      .filter(({ family }) => family === 'wallets')
      .at(-1)!;
    expect(newest.version).toBe(before + 1);
    expect(newest.samples[0]).toMatchObject({ value: { wallet: { phase: null, version: 4 } } });
    expect(addGoldenVersions(copy)).toEqual([]);
  });

  it('writes nothing at all when one schema may not follow its past', () => {
    const files = readdirSync(join(copy, 'golden'));
    edit('customers', 'Display name.', 'The name.');
    edit('wallets', FIRST_FIELD, `{ ${PHASE} }, ${FIRST_FIELD}`);
    expect(() => addGoldenVersions(copy)).toThrow(
      /billing.wallets: wallet.phase has no doc\nbilling.wallets: version 1: .*phase/,
    );
    expect(readdirSync(join(copy, 'golden'))).toEqual(files);
  });
});
