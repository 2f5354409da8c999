import { describe, expect, it } from '@jest/globals';
import { type ListedStorm, type Listing } from '../../src/parked/listing.ts';
import { listingJson } from '../../src/parked/listing-json.ts';
import { listingText } from '../../src/parked/listing-text.ts';
import { aParkedRecord, NOON, plainLines, REF } from './entries.ts';

const GENERATION = { name: 'v5-2026b-3f2a9c01', live: true };
const EMPTY: Listing = {
  ...{ records: [], moreRecords: 0, storms: [], moreStorms: 0, counts: [] },
  ...{ beyond: { count: 0, customers: [] }, decisionsProblem: null },
};
const STORM: ListedStorm = {
  ...{ family: 'usage', partition: 1, code: 'unknown_schema_id', field: null, schema_id: 7 },
  ...{ first: 5, last: 2 ** 40 + 9, count: 3, accepted: false, firstSeen: NOON, lastSeen: NOON },
};
const FULL: Listing = {
  records: [
    aParkedRecord(17),
    aParkedRecord(2 ** 40 + 1, { ref: null, field: null, code: 'too_short', reason: '2 bytes' }),
  ],
  moreRecords: 4,
  storms: [STORM],
  moreStorms: 1,
  counts: [
    { code: 'contract_invalid', family: 'usage', single: 5, inStorms: 0 },
    { code: 'unknown_schema_id', family: 'usage', single: 0, inStorms: 3 },
  ],
  beyond: { count: 12, customers: [REF] },
  decisionsProblem: 'Kafka is away',
};

const lines = (listing: Listing, isFiltered = false): readonly string[] =>
  plainLines(listingText(listing, GENERATION, isFiltered));

describe('a list of what is parked', () => {
  it('says that there is nothing', () => {
    expect(lines(EMPTY)).toEqual(['nothing is parked in generation v5-2026b-3f2a9c01 (live)']);
    expect(lines(EMPTY, true)).toEqual([
      'nothing that is parked is of that kind in generation v5-2026b-3f2a9c01 (live)',
    ]);
  });

  it('has records, storms, counts and customers, each bounded', () => {
    expect(lines(FULL)).toEqual([
      'generation v5-2026b-3f2a9c01 (live)',
      'at                     code              field        organization                          customer                              reason                    first seen                last seen',
      'usage/3@17             contract_invalid  usage.value  11111111-1111-4111-8111-111111111111  22222222-2222-4222-8222-222222222222  must be a decimal string  2026-11-23T12:00:00.000Z  2026-11-23T12:00:01.000Z',
      'usage/3@1 (history 1)  too_short         -            -                                     -                                     2 bytes                   2026-11-23T12:00:00.000Z  2026-11-23T12:00:01.000Z',
      'more records: 4; --limit lists more of them',
      '',
      'storms, one entry each:',
      'partition  code               field  schema  offsets             records  accepted  first seen                last seen',
      'usage/1    unknown_schema_id  -      7       5 to 9 (history 1)  3        no        2026-11-23T12:00:00.000Z  2026-11-23T12:00:00.000Z',
      'more storms: 1; --limit lists more of them',
      'which storms are accepted is not known: Kafka is away',
      '',
      'code               family  one by one  in storms',
      'contract_invalid   usage   5           0',
      'unknown_schema_id  usage   0           3',
      '',
      'customers beyond the limit of holes: 12',
      '  11111111-1111-4111-8111-111111111111:22222222-2222-4222-8222-222222222222',
      '  and 11 more',
    ]);
  });

  it('gives no terminal what would move its cursor, and no table what would fill it', () => {
    const reason = `\u001b[2J\u202e${'x'.repeat(1_000)}`;
    const text = lines({ ...FULL, records: [aParkedRecord(1, { reason, field: 'a\nb\rc' })] });
    // eslint-disable-next-line no-control-regex
    expect(text.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(Math.max(...text.map((line) => line.length))).toBeLessThan(300);
    expect(text).toHaveLength(lines(FULL).length - 1);
  });

  it('is for programs the same: offsets as numbers and texts, instants as ISO 8601', () => {
    const json = listingJson(FULL, GENERATION);
    expect(json).toMatchObject({
      ...{ generation: GENERATION.name, live: true, moreRecords: 4, moreStorms: 1 },
      records: [
        { at: 'usage/3@17', offset: 17, customer: REF, firstSeen: '2026-11-23T12:00:00.000Z' },
        { at: 'usage/3@1 (history 1)', offset: 2 ** 40 + 1, customer: null, schemaId: null },
      ],
      storms: [{ at: 'usage/1', offsets: ['5', '9 (history 1)'], schemaId: 7, accepted: false }],
      ...{ counts: FULL.counts, beyond: FULL.beyond, decisionsProblem: 'Kafka is away' },
    });
    const long = { ...FULL, records: [aParkedRecord(1, { reason: 'x'.repeat(5_000) })] };
    expect(JSON.stringify(listingJson(long, GENERATION)).length).toBeLessThan(2_500);
  });
});
