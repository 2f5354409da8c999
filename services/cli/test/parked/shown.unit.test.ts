import { type DecodeError, encodeEvent, writeWire } from '@portal/contracts';
import { createMemoryDatabase, createMemoryStore, type Storm } from '@portal/stores';
import { type SourceRecord } from '@portal/streams';
import { aUsage } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { type ParkedNow, parkedAt, shownRecord } from '../../src/parked/shown.ts';
import { shownJson } from '../../src/parked/shown-json.ts';
import { shownText } from '../../src/parked/shown-text.ts';
import { anEntry, aParkedRecord, NOON, plainLines, REF } from './entries.ts';

const AT = { family: 'usage', partition: 3, offset: 2 ** 40 + 17 } as const;
const GENERATION = { name: 'v5-2026b-3f2a9c01', live: true };
const NOT_PARKED: ParkedNow = { kind: 'not_parked' };
const PARKED: ParkedNow = { kind: 'parked', record: aParkedRecord(AT.offset) };
const STORM: Storm = {
  ...{ family: 'usage', partition: 3, code: 'contract_invalid', field: 'usage.value' },
  ...{ first: 5, last: 2 ** 40 + 20, count: 150, firstSeen: NOON, lastSeen: NOON },
};
const IN_STORMS: ParkedNow = { kind: 'in_storms', storms: [STORM] };

const error: DecodeError = {
  ...{ code: 'contract_invalid', field: 'usage.value', reason: 'must be a decimal string' },
};
const fails: SourceRecord['decoded'] = { kind: 'undecodable', error };
const decodes: SourceRecord['decoded'] = { kind: 'event', event: aUsage() };

const aRecord = (over: Partial<SourceRecord> = {}): SourceRecord => ({
  ...{ ...AT, key: REF, timestamp: NOON, headers: {}, decoded: fails },
  ...over,
});

const VALUE = writeWire(7, Buffer.from('abc'));
const shown = (record: SourceRecord, now: ParkedNow, value: Buffer | null = VALUE) =>
  shownRecord(record, { key: record.key === null ? null : Buffer.from(record.key), value }, now);
const lines = (record: SourceRecord, now: ParkedNow, value: Buffer | null = VALUE) =>
  plainLines(shownText(AT, shown(record, now, value), now, GENERATION));
const today = (record: SourceRecord, now: ParkedNow) =>
  lines(record, now).find((line) => line.startsWith('  today'));

describe('a record that is looked at', () => {
  it('is told whole: where it lies, what it carries, why it is parked and what it is today', () => {
    const headers = { 'content-type': 'application/avro', authorization: 'Bearer abc' };
    expect(lines(aRecord({ headers }), PARKED)).toEqual([
      'usage/3@17 (history 1)',
      '  came       2026-11-23T12:00:00.000Z',
      `  key        ${REF}`,
      '  header     authorization: (not shown, 10 characters)',
      '  header     content-type: application/avro',
      '  length     8 bytes',
      '  schema id  7',
      `  customer   ${REF}`,
      '  parked     in generation v5-2026b-3f2a9c01 (live), first seen 2026-11-23T12:00:00.000Z, last seen 2026-11-23T12:00:01.000Z: contract_invalid of usage.value: must be a decimal string',
      '  today      the same error as it is parked for, contract_invalid of usage.value: must be a decimal string',
      '',
      'hex 0000000007616263',
    ]);
  });

  it('has its event as JSON when it decodes, and the customer that it names', () => {
    const record = aRecord({ decoded: decodes, key: 'somebody' });
    const value = encodeEvent(aUsage(), 7);
    const { content, customer, today: verdict } = shown(record, PARKED, value);
    expect([customer, verdict]).toEqual([REF, { kind: 'decodes' }]);
    const text = content.kind === 'text' ? content.text : '';
    expect(JSON.parse(text)).toMatchObject({ event_type: 'usage.recorded', usage: {} });
    expect(lines(record, PARKED, value)).toContain('  "event_type": "usage.recorded",');
  });

  it.each([
    [decodes, PARKED, 'it decodes today: a redrive would apply it'],
    [decodes, NOT_PARKED, 'it decodes'],
    [decodes, IN_STORMS, 'it decodes today: it is none of the storm, or a redrive would apply it'],
    [
      ...[decodes, { kind: 'parked', record: aParkedRecord(1, { code: 'fold_failed' }) }],
      'it decodes, as it did: its customer had no room for it',
    ],
    [{ kind: 'null' }, NOT_PARKED, 'it has no value: it changes nothing'],
    [
      ...[{ kind: 'unknown_type', event_type: 'a\nb' }, NOT_PARKED],
      'no event type is named a\ufffdb: it changes nothing',
    ],
    [fails, NOT_PARKED, 'contract_invalid of usage.value: must be a decimal string'],
    [
      ...[fails, IN_STORMS],
      'the same error as it is parked for, contract_invalid of usage.value: must be a decimal string',
    ],
    [
      ...[fails, { kind: 'parked', record: aParkedRecord(1, { schema_id: 7 }) }],
      'another error than it is parked for, contract_invalid of usage.value: must be a decimal string',
    ],
  ] as readonly [SourceRecord['decoded'], ParkedNow, string][])(
    'is told what it is today: %#',
    (decoded, now, says) => {
      expect(today(aRecord({ decoded }), now)).toBe(`  today      ${says}`);
    },
  );

  it('is told without its bytes where the log does not hold it any more', () => {
    const gone = { gone: 'it is gone: the log begins at 20 (history 1)' };
    expect(plainLines(shownText(AT, gone, NOT_PARKED, GENERATION))).toEqual([
      'usage/3@17 (history 1)',
      '  log        it is gone: the log begins at 20 (history 1)',
      '  parked     not in generation v5-2026b-3f2a9c01 (live)',
    ]);
    expect(shownJson(AT, gone, IN_STORMS, GENERATION)).toMatchObject({
      ...{ at: 'usage/3@17 (history 1)', offset: AT.offset, record: null, gone: gone.gone },
      parked: { kind: 'in_storms', storms: [{ at: 'usage/3', count: 150 }] },
    });
  });

  it('is bounded and harmless, whatever it holds', () => {
    const long = '\u001b]0;x\u0007\u202e'.repeat(2_000);
    const names = Array.from({ length: 40 }, (_, n) => `x-${n}\u001b[2J`);
    const headers: Record<string, string> = { 'x-request-id': long };
    for (const name of names) headers[name] = long;
    const undecodable = { ...error, field: 'a\nb', reason: long };
    const hostile = aRecord({
      ...{ key: long, headers, decoded: { kind: 'undecodable', error: undecodable } },
    });
    const value = Buffer.alloc(5_000, 0xff);
    const text = lines(hostile, { ...PARKED, record: aParkedRecord(1, { reason: long }) }, value);
    // eslint-disable-next-line no-control-regex
    expect(text.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text.filter((line) => line.startsWith('  header'))).toHaveLength(30);
    expect(text).toContain('             and 11 more headers');
    expect(text.at(-1)).toBe(`hex ${'ff'.repeat(256)} … and 4744 more bytes`);
    expect(text.join('\n').length).toBeLessThan(7_000);
  });

  it('keeps to itself what headers hold, but for those that hold no secret', () => {
    const headers = {
      ...{ Authorization: 'Bearer s3cret', cookie: 's3cret', 'x-api-key': 's3cret' },
      ...{ 'X-CSRF-Token': 's3cret', ce_subject: 's3cret', 'X-Request-Id': 'r-1' },
    };
    const record = shown(aRecord({ headers }), NOT_PARKED);
    const told = [
      shownText(AT, record, NOT_PARKED, GENERATION),
      JSON.stringify(shownJson(AT, record, NOT_PARKED, GENERATION)),
    ];
    for (const text of told) {
      expect(text).not.toContain('s3cret');
      expect(text).toContain('r-1');
    }
  });

  it('may have a key that is no text, or none, and no value', () => {
    const keyed = (key: Buffer | null) =>
      shownRecord(aRecord({ key: null, decoded: { kind: 'null' } }), { key, value: null }, PARKED);
    expect(keyed(Buffer.from([0xff])).key).toEqual({ kind: 'hex', hex: 'ff', moreBytes: 0 });
    const { key, content, length, schemaId } = keyed(null);
    expect([key.kind, content.kind, length, schemaId]).toEqual(['none', 'none', null, null]);
  });
});

describe('what the store holds of a place', () => {
  it('is the record, the storms whose range it lies in, or nothing', async () => {
    const store = createMemoryStore({ generation: 'g1', database: createMemoryDatabase() });
    await store.park([anEntry(17), anEntry(18, { partition: 4 })]);
    await store.addToStorm(STORM, [20, 30], NOON);
    const kindAt = async (offset: number) => (await parkedAt(store, { ...AT, offset })).kind;
    const kinds = [17, 18, 19, 20, 25, 30, 31].map(kindAt);
    expect(await Promise.all(kinds)).toEqual([
      ...['parked', 'not_parked', 'not_parked', 'in_storms', 'in_storms', 'in_storms'],
      'not_parked',
    ]);
  });
});
