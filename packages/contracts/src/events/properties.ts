import { MALFORMED_PROPERTIES, type PropertyBag, type PropertyValue } from '@portal/billing';
import { isLosslessNumber } from 'lossless-json';
import { readJson } from './json.ts';
import { RANGES_MAX, TEXT_MAX, tooLong } from './limits.ts';
import { ContractError, isFields, text, type Fields, type Read } from './reading.ts';
import { isLonger } from './texts.ts';

/** As `normaliseProperties`, held to the limits of limits.ts. */
export const propertiesOf =
  (model: string): Read<PropertyBag> =>
  (raw) => {
    if (raw === NOTHING) return {};
    if (typeof raw !== 'string' || raw.length > REMEMBERED_MAX) return readProperties(model, raw);
    const name = `${model}\n${raw}`;
    const known = bags.get(name);
    if (known !== undefined) return known;
    const bag = readProperties(model, raw);
    if (bags.size >= BAGS_MAX) bags.clear();
    bags.set(name, bag);
    return bag;
  };

/**
 * Many customers have the same terms: a text is read once, and they share what it says, with whatever is later remembered
 * of it. Nobody can tell, as a bag is never changed. At most 10 MB.
 */
const bags = new Map<string, PropertyBag>();
const BAGS_MAX = 500;
/** Characters; longer texts are read each time. */
const REMEMBERED_MAX = 1_000;

function readProperties(model: string, raw: unknown): PropertyBag {
  const bag = normaliseProperties(model, raw);
  const { ranges } = bag;
  if (Array.isArray(ranges) && ranges.length > RANGES_MAX) {
    throw new ContractError(`must have at most ${RANGES_MAX} ranges`);
  }
  if (mayBeLong(raw) && isLonger(JSON.stringify(bag), TEXT_MAX.properties)) {
    throw new ContractError(tooLong(TEXT_MAX.properties));
  }
  return bag;
}

/** What charges without properties have in Avro. */
const NOTHING = '{}';

/** The longest a text can become by its canonical names: `{}` is kept as `{"up_to":null}`. */
const GROWTH_MAX = 8;
const mayBeLong = (raw: unknown): boolean =>
  typeof raw !== 'string' || raw.length * GROWTH_MAX > TEXT_MAX.properties;

/** Canonical name → spellings that mean it. Of several that are given, the first named here wins. */
type Names = readonly (readonly [canonical: string, spellings: readonly string[]])[];

const AMOUNT = ['amount', 'unit_price', 'per_unit_amount'];
const RATE = ['rate', 'percentage'];

const COMMON: Names = [
  ['min_price', ['min_price']],
  ['max_price', ['max_price']],
  ['free_units', ['free_units']],
  ['package_size', ['package_size']],
  ['rate', RATE],
  ['fixed_amount', ['fixed_amount']],
  ['free_units_per_events', ['free_units_per_events']],
  ['free_units_per_total_aggregation', ['free_units_per_total_aggregation']],
  ['per_transaction_min_amount', ['per_transaction_min_amount']],
  ['per_transaction_max_amount', ['per_transaction_max_amount']],
  ['custom_amount', ['custom_amount']],
];

const RANGE: Names = [
  ['up_to', ['up_to', 'to_value']],
  ['per_unit_amount', AMOUNT],
  ['flat_amount', ['flat_amount']],
  ['rate', RATE],
];

const PRICED: Names = [['amount', AMOUNT], ...COMMON];
const CUSTOM: Names = [...COMMON, ['unit_price', AMOUNT]];

/** `custom` alone calls its price `unit_price`: its `custom_amount` is the whole amount. */
const namesOf = (model: string): Names => (model === 'custom' ? CUSTOM : PRICED);

/** A model's own list of ranges first: a volume charge is never priced by graduated ranges. */
const rangeListsOf = (model: string): readonly string[] => [`${model}_ranges`, 'tiers', 'ranges'];

/**
 * The properties of a charge or a filter under their canonical names, JSON numbers as the text they
 * were written in, null and unknown ones left out. It renames only: whether a price makes sense is
 * decided where it is used, so a malformed one costs its line and not the event.
 *
 * `raw` is JSON text or the object itself. What is no JSON object gives one entry,
 * MALFORMED_PROPERTIES, with the reason. Throws ContractError for text that is no Unicode.
 */
export function normaliseProperties(model: string, raw: unknown): PropertyBag {
  const json = typeof raw === 'string' ? readJson(raw) : ({ kind: 'json', value: raw } as const);
  if (json.kind === 'malformed') return malformed(`the text of the properties ${json.reason}`);
  if (!isFields(json.value)) return malformed('properties are not a JSON object');
  const given = json.value;
  const said = given[MALFORMED_PROPERTIES];
  if (typeof said === 'string') return malformed(said.slice(0, REASON_MAX));
  if (isDeeperThan(PROPERTY_DEPTH_MAX, given)) {
    return malformed(`nested deeper than ${PROPERTY_DEPTH_MAX} levels`);
  }
  const ranges = pick(given, rangeListsOf(model));
  return {
    ...renamed(given, namesOf(model)),
    ...(ranges === null ? {} : { ranges: rangesOf(ranges) }),
  };
}

/** Prices are lists of ranges at most; deeper texts would only exhaust the stack of whoever walks them. */
const PROPERTY_DEPTH_MAX = 16;

function isDeeperThan(levels: number, raw: unknown): boolean {
  if (typeof raw !== 'object' || raw === null || isLosslessNumber(raw)) return false;
  return levels === 0 || Object.values(raw).some((item) => isDeeperThan(levels - 1, item));
}

/** A reason that an event brings along is foreign text like any other. */
const REASON_MAX = 200;

const malformed = (reason: string): PropertyBag => ({ [MALFORMED_PROPERTIES]: reason });

function rangesOf(ranges: PropertyValue): PropertyValue {
  if (!Array.isArray(ranges)) return ranges;
  return ranges.map((range: PropertyValue) =>
    isFields(range) ? { up_to: null, ...renamed(range, RANGE) } : range,
  );
}

function renamed(given: Fields, names: Names): PropertyBag {
  const bag: Record<string, PropertyValue> = {};
  for (const [canonical, spellings] of names) {
    const value = pick(given, spellings);
    if (value !== null) bag[canonical] = value;
  }
  return bag;
}

/** The first spelling that is there; null counts as absent. */
function pick(given: Fields, spellings: readonly string[]): PropertyValue {
  for (const spelling of spellings) {
    if (Object.hasOwn(given, spelling) && (given[spelling] ?? null) !== null) {
      return propertyValue(given[spelling]);
    }
  }
  return null;
}

function propertyValue(raw: unknown): PropertyValue {
  if (isLosslessNumber(raw)) return raw.value;
  if (typeof raw === 'number') return String(raw);
  if (typeof raw === 'string') return text(raw);
  if (typeof raw === 'boolean') return raw;
  if (Array.isArray(raw)) return raw.map(propertyValue);
  if (!isFields(raw)) return null;
  const items = Object.entries(raw).map(([name, item]) => [text(name), propertyValue(item)]);
  return Object.fromEntries(items) as PropertyValue;
}
