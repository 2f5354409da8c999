import {
  customerRef,
  decodeRecord,
  encodeRecord,
  type Entry,
  type Parts,
} from '@portal/projection';
import { describe, expect, it } from '@jest/globals';
import { CUSTOMER, markOn, ORGANIZATION } from '../src/builders.ts';
import { differences } from '../src/differences.ts';
import { logOf } from '../src/log.ts';
import { foldBatches } from '../src/record.ts';
import { storedBy, type StoredCustomer } from '../src/stored.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const stored = (...batches: readonly (readonly Entry[])[]) => storedBy(foldBatches(REF, batches));
const [usage = []] = logOf(markOn('2026-11-10'));
const whole: StoredCustomer = { ...stored(usage), document: 'text' };
const [shard, one, two] = ['d:0', 'u:20767:mark', 'u:20768:mark'] as const;

const without = (gone: string) => whole.fields.filter(([name]) => name !== gone);
const withNewestDay = (day: number): Parts => {
  const decoded = decodeRecord(whole);
  if (decoded.kind === 'unreadable') throw new Error(decoded.reason);
  const { state } = decoded;
  const newest_days = [...state.usage.newest_days.slice(1), day];
  return encodeRecord({ ...state, usage: { ...state.usage, newest_days } }, null).parts;
};

describe('what is stored', () => {
  it.each<[string, Partial<StoredCustomer>, RegExp]>([
    ['a lost document', { document: null }, /document: not there, should be "text"/],
    ['another document', { document: 'tent' }, /document: "tent", should be "text"/],
    ['a lost field', { fields: without(two) }, /field u:20768:mark: not there, should be "/],
    [
      'a field that was to be removed',
      { fields: [...whole.fields, ['u:1:mark', 'three']] },
      /field u:1:mark: "three", should be not there/,
    ],
    ['another state', { parts: withNewestDay(20_770) }, /state: "…/],
    ['a lost event id', { fields: without(shard) }, /event ids: "\[\]", should be "\[\\"/],
    ['a tombstone', { erased: true }, /erased: "true"/],
  ])('with %s differs in that alone', (_what, change, line) => {
    expect(whole.fields.map(([name]) => name)).toEqual(expect.arrayContaining([shard, one, two]));
    const found = differences([{ ...whole, ...change }], [whole]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(line);
  });

  it('with another vector differs in it', () => {
    const moved = whole.vector.replace('@5', '@7');
    expect(differences([{ ...whole, vector: moved }], [whole])[0]).toMatch(
      /vector: "usage\/0@7", should be "usage\/0@5"/,
    );
  });

  it('with a part in other bytes, though they say the same, differs in it', () => {
    const [text = ''] = [...whole.parts.values()];
    const spaced = new Map(whole.parts).set('c', ` ${text}`);
    expect(differences([{ ...whole, parts: spaced }], [whole]).join('\n')).toMatch(/part c: " /);
  });

  it('without a state is compared whole', () => {
    const withoutParts = { ...whole, parts: new Map() };
    expect(differences([withoutParts], [withoutParts])).toEqual([]);
    expect(differences([{ ...withoutParts, fields: without(shard) }], [withoutParts])).toHaveLength(
      1,
    );
  });

  it('differs in nothing by dead event ids, and by the shards that the others lie in', () => {
    const [old = []] = logOf([...markOn('2024-01-10'), ...markOn('2026-11-10')]);
    const atOnce = stored(old);
    const fresh = stored(old.slice(3));
    expect(atOnce.fields).not.toEqual(fresh.fields);
    const { parts, vector, document } = fresh;
    expect(differences([{ ...atOnce, parts, vector, document }], [fresh])).toEqual([]);
  });

  it('as it should be differs in nothing, whoever else is there shows', () => {
    expect(differences([whole], [{ ...whole }])).toEqual([]);
    expect(differences([whole], [])).not.toEqual([]);
    expect(differences([], [whole])).not.toEqual([]);
  });

  it('in ten thousand wrong fields is told in few lines', () => {
    const fields = Array.from({ length: 10_000 }, (_, n) => [`f${n}`, 'x'] as const);
    const found = differences([whole], [{ ...whole, fields }]);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe('and 9984 more');
  });
});
