import { type Micros } from '@portal/billing';
import { parseLine, plainEvent } from '@portal/contracts';
import { type BillingEvent, FIRST_INSTANT, LAST_INSTANT } from '@portal/projection';
import { arbitraryEvent, arbitraryInstant } from '@portal/testkit';
import fc from 'fast-check';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Path = readonly (string | number)[];

/** What each kind of field holds at most and at least. */
const AMOUNTS = [2 ** 53 - 2, 2 ** 53 - 3, 1, 0, -1, -(2 ** 52 - 1)];
const VERSIONS = AMOUNTS.filter((amount) => amount >= 0);
const INSTANTS = [
  ...['1830-01-01T00:00:00Z', '1899-12-31T23:59:59.5Z', '1970-01-01T00:00:00Z'],
  ...['2024-02-29T23:59:59Z', '2150-06-30T12:00:00Z', '2249-12-31T23:59:59.999999Z'],
];
const DATES = ['0001-01-01', '1582-10-10', '2024-02-29', '9999-12-31'];
const DECIMALS = [
  ...['9'.repeat(60), `-${'9'.repeat(59)}`, `0.${'0'.repeat(57)}1`, `-.${'9'.repeat(58)}`],
  ...['9007199254740993', '-9007199254740993', '0', '-0', '1.'],
];
const ZONES = [
  ...['Pacific/Apia', 'Pacific/Kiritimati', 'America/Sao_Paulo', 'Africa/Monrovia'],
  ...['Asia/Kathmandu', 'Antarctica/Troll', 'Europe/Amsterdam', 'Asia/Manila'],
];
const DAYS = [36_500, 18_250, 1];
const PRECISIONS = [-20, 20];
const INTERVALS = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'];

/** The extremes that the field's name asks for; what has no extreme stays as it is. */
export function extremesOf(path: Path): readonly Json[] {
  const name = String(path.at(-1));
  if (name === 'value' || (name === 'amount_cents' && path[0] === 'usage')) return DECIMALS;
  if (name === 'version') return VERSIONS;
  if (name.endsWith('_cents')) return AMOUNTS;
  if (/(_at|timestamp|_period_start)$/.test(name)) return INSTANTS;
  if (name.endsWith('_date')) return DATES;
  if (name === 'timezone') return ZONES;
  if (name === 'trial_period_days') return DAYS;
  if (name === 'rounding_precision') return PRECISIONS;
  if (name === 'interval') return INTERVALS;
  return /amount|rate|size|units|up_to/.test(name) ? DECIMALS : [];
}

export const plain = (event: BillingEvent): Json =>
  JSON.parse(JSON.stringify(plainEvent(event))) as Json;

/** Every field that has extremes. */
export function fieldsOf(json: Json, path: Path = []): readonly Path[] {
  if (typeof json !== 'object' || json === null) return extremesOf(path).length > 0 ? [path] : [];
  return Object.entries(json as object).flatMap(([name, child]) =>
    fieldsOf(child as Json, [...path, name]),
  );
}

function withField(json: Json, [name, ...rest]: Path, value: Json): Json {
  if (name === undefined) return value;
  const copy = structuredClone(json) as Record<string, Json>;
  copy[name] = withField(copy[name] ?? null, rest, value);
  return copy;
}

/** The event once more with these fields changed, through the contract. */
export function changed(event: BillingEvent, changes: readonly Change[]): BillingEvent {
  const { family } = event;
  const value = sent(
    changes.reduce((json, change) => withField(json, change.path, change.value), plain(event)),
  );
  const parsed = parseLine(JSON.stringify({ topic: family, value }));
  if (parsed.kind !== 'record') throw new Error(parsed.error.reason);
  const { decoded } = parsed.record;
  if (decoded.kind !== 'event') throw new Error(JSON.stringify([changes, decoded]));
  return decoded.event;
}

interface Change {
  readonly path: Path;
  readonly value: Json;
}

/** An ordinary event some of whose fields are as large or small as the contract lets them be. */
export const arbitraryExtreme = (): fc.Arbitrary<BillingEvent> =>
  arbitraryEvent({ customers: 1 }).chain((event) => {
    const change = fc
      .constantFrom(...fieldsOf(plain(event)))
      .chain((path) => fc.constantFrom(...extremesOf(path)).map((value) => ({ path, value })));
    return fc.array(change, { maxLength: 12 }).map((changes) => changed(event, changes));
  });

/** Usage is sent when it happens: an event may not lie ahead of its sending. */
function sent(json: Json): Json {
  const { usage } = json as { readonly usage?: { readonly timestamp: Json } };
  return usage === undefined ? json : withField(json, ['occurred_at'], usage.timestamp);
}

const END = Number.MAX_SAFE_INTEGER;

/** Instants a read may be for: any at all, and those where the calendar begins and ends. */
export const EDGES = [
  ...[-END, FIRST_INSTANT - 1, FIRST_INSTANT, 0, LAST_INSTANT, LAST_INSTANT + 1, END],
] as Micros[];

export const arbitraryNow = (): fc.Arbitrary<Micros> =>
  fc.oneof(
    arbitraryInstant(),
    fc.maxSafeInteger().map((now) => now as Micros),
    fc.constantFrom(...EDGES),
  );
