import { describe, expect, it } from '@jest/globals';
import { checkEvent, ENTRIES_MAX, RANGES_MAX, TEXT_KINDS, TEXT_MAX } from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';
import {
  boundedPlaces,
  charactersOf,
  fieldPlaces,
  limitSentence,
  type SchemaPlace,
} from '../../scripts/limit-docs.ts';
import { schemaOf } from './foreign.ts';
import { CHARGE, decode, ID, valueOf } from './values.ts';

const places = FAMILIES.flatMap((family) =>
  fieldPlaces(schemaOf(family)).map((place) => ({ ...place, family })),
);
const bounded = places.map((place) => boundedPlaces(place));

/** An event of each family with something at every place of its schema. */
const FILTER = { dimensions: { region: ['eu'] }, properties: {}, display_name: 'F' };
const PLAN = { code: 'p', name: 'P', interval: 'monthly', amount_cents: 1, currency: 'EUR' };
const ENTITLEMENT = { feature_code: 'f', feature_name: 'F', feature_type: 'custom', value: 'x' };
const FULL: Readonly<Record<Family, Record<string, unknown>>> = {
  customers: valueOf('customers'),
  subscriptions: valueOf('subscriptions', {
    'subscription.charges': [{ ...CHARGE, filters: [FILTER] }],
    'subscription.entitlements': [ENTITLEMENT],
    'subscription.pending_plan': { plan: PLAN, effective_at: '2026-12-01T00:00:00Z' },
  }),
  invoices: valueOf('invoices', { 'invoice.subscription_ids': [ID] }),
  usage: valueOf('usage', { 'usage.dimensions': { a: 'b' }, 'usage.properties': { a: 'b' } }),
  wallets: valueOf('wallets'),
};

/** The event with another value at a dotted path; lists are entered at their first entry. */
function replaced(family: Family, path: string, value: unknown): Record<string, unknown> {
  const event = structuredClone(FULL[family]);
  const names = path.split('.');
  const last = names.pop() ?? '';
  let at: Record<string, unknown> = event;
  for (const name of names) {
    const next = at[name];
    at = (Array.isArray(next) ? next[0] : next) as Record<string, unknown>;
  }
  at[last] = value;
  return event;
}

/** `subscription.charges.filters` as errors spell it: `subscription.charges[0].filters`. */
const spelled = (path: string): string =>
  path.replace(/(charges|filters|entitlements)\./g, '$1[0].');

const refusal = (field: string, reason: string): object => ({
  kind: 'undecodable',
  error: { code: 'contract_invalid', field, reason },
});

interface TextField extends SchemaPlace {
  readonly family: Family;
  readonly max: number;
}

const textFields = places.flatMap((place): TextField[] => {
  const kind = TEXT_KINDS.get(place.place);
  const max = kind === undefined || kind === 'properties' ? null : charactersOf(kind);
  return max === null ? [] : [{ ...place, max }];
});

describe('every text and every list of the schemas', () => {
  it('has a limit, and no limit stands for nothing', () => {
    const texts = [...new Set(bounded.flatMap((place) => place.texts))].sort();
    const lists = [...new Set(bounded.flatMap((place) => place.lists))].sort();
    expect([...TEXT_KINDS.keys()].sort()).toEqual(texts);
    expect(Object.keys(ENTRIES_MAX).sort()).toEqual(lists);
  });

  it('says its limit in the schema', () => {
    const silent = places.filter((place) => !place.doc.endsWith(limitSentence(place)));
    expect(silent.map(({ place }) => place)).toEqual([]);
  });

  it.each(textFields)('$family $path is refused beyond it and taken up to it', (field) => {
    const { family, path, max } = field;
    const isDecimal = TEXT_KINDS.get(field.place) === 'decimal';
    const letter = isDecimal ? '1' : 'x';
    const read = (length: number): unknown =>
      decode(family, replaced(family, path, letter.repeat(length)));
    // A type that nobody knows is no event, but it is no mistake either.
    expect(read(max)).toMatchObject({ kind: path === 'event_type' ? 'unknown_type' : 'event' });
    expect(read(max + 1)).toEqual(refusal(spelled(path), `must have at most ${max} characters`));
    const huge = checkEvent(family, replaced(family, path, letter.repeat(1_000_000)), null);
    expect(huge).toEqual(refusal(spelled(path), `must have at most ${max} characters`));
  });

  it('counts characters as people do', () => {
    const read = (length: number): unknown =>
      decode('customers', replaced('customers', 'customer.name', '😀'.repeat(length)));
    expect(read(TEXT_MAX.name)).toMatchObject({ kind: 'event' });
    expect(read(TEXT_MAX.name + 1)).toMatchObject({ kind: 'undecodable' });
  });

  it.each<[Family, string, (count: number) => unknown, number]>([
    ['usage', 'usage.dimensions', keys, 100],
    ['usage', 'usage.properties', keys, 100],
    ['invoices', 'invoice.subscription_ids', (count) => Array<string>(count).fill(ID), 10_000],
    ['subscriptions', 'subscription.charges', (count) => Array<unknown>(count).fill(CHARGE), 1_000],
    [
      'subscriptions',
      'subscription.entitlements',
      (count) => Array<unknown>(count).fill(ENTITLEMENT),
      1_000,
    ],
    [
      'subscriptions',
      'subscription.charges.filters',
      (count) => Array<unknown>(count).fill(FILTER),
      1_000,
    ],
    [
      'subscriptions',
      'subscription.charges.filters.dimensions',
      (count) => keys(count, ['x']),
      100,
    ],
  ])('%s %s has so many entries at most', (family, path, entries, max) => {
    const read = (count: number): unknown => decode(family, replaced(family, path, entries(count)));
    expect(read(max)).toMatchObject({ kind: 'event' });
    expect(read(max + 1)).toEqual(refusal(spelled(path), `must have at most ${max} entries`));
  });

  it('bounds what stands in maps: keys, values and lists of values', () => {
    const usage = (path: string, map: unknown): unknown =>
      decode('usage', replaced('usage', path, map));
    const filter = (map: unknown): unknown =>
      decode('subscriptions', replaced('subscriptions', DIMENSIONS, map));
    const long = 'x'.repeat(256);
    const shown = `"${'x'.repeat(40)}…"`;
    const field = spelled(DIMENSIONS);
    expect(usage('usage.dimensions', { [long]: 'a' })).toEqual(
      refusal(`usage.dimensions.${shown}`, 'must have at most 255 characters'),
    );
    expect(usage('usage.dimensions', { a: 'x'.repeat(1_001) })).toEqual(
      refusal('usage.dimensions.a', 'must have at most 1000 characters'),
    );
    expect(usage('usage.properties', { a: 'x'.repeat(4_001) })).toEqual(
      refusal('usage.properties.a', 'must have at most 4000 characters'),
    );
    expect(filter({ region: Array<string>(1_001).fill('x') })).toEqual(
      refusal(`${field}.region`, 'must have at most 1000 entries'),
    );
    expect(filter({ region: ['x'.repeat(1_001)] })).toEqual(
      refusal(`${field}.region[0]`, 'must have at most 1000 characters'),
    );
  });

  it('bounds properties by what is kept of them, in either form', () => {
    const read = (properties: unknown): unknown =>
      decode('subscriptions', replaced('subscriptions', PROPERTIES, properties));
    const many = { ranges: Array<unknown>(RANGES_MAX + 1).fill({ per_unit_amount: '1' }) };
    const long = { amount: 'x'.repeat(TEXT_MAX.properties) };
    const unknown = { amount: '1', comment: 'x'.repeat(TEXT_MAX.properties) };
    for (const form of [JSON.stringify, (value: unknown): unknown => value]) {
      expect(read(form(many))).toEqual(
        refusal(spelled(PROPERTIES), `must have at most ${RANGES_MAX} ranges`),
      );
      expect(read(form(long))).toEqual(
        refusal(spelled(PROPERTIES), `must have at most ${TEXT_MAX.properties} characters`),
      );
      expect(read(form(unknown))).toMatchObject({ kind: 'event' });
    }
  });
});

const DIMENSIONS = 'subscription.charges.filters.dimensions';
const PROPERTIES = 'subscription.charges.properties';

function keys(count: number, value: unknown = 'x'): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, value]));
}
