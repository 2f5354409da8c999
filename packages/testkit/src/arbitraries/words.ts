import { cents, type Cents, type Micros, MICROS_PER_HOUR } from '@portal/billing';
import { type CustomerId, type OrganizationId, type UsageKind } from '@portal/projection';
import fc from 'fast-check';
import { at } from '../builders.ts';

/** Small pools of ids, so that generated events meet: same customer, same entity, same version. */
export const ORGANIZATIONS = [
  '0a000000-0000-4000-8000-000000000001',
  '0a000000-0000-4000-8000-000000000002',
] as OrganizationId[];

export const CUSTOMERS = [
  '0c000000-0000-4000-8000-000000000001',
  '0c000000-0000-4000-8000-000000000002',
  '0c000000-0000-4000-8000-000000000003',
] as CustomerId[];

export const SUBSCRIPTIONS = [
  '0d000000-0000-4000-8000-000000000001',
  '0d000000-0000-4000-8000-000000000002',
  '0d000000-0000-4000-8000-000000000003',
];
export const EXTERNAL_IDS = ['sub-1', 'sub-2', 'sub-3'];

/** Each metric has the kind of events its name suggests, but for a stray one. */
export const KINDS = {
  api_calls: 'counter',
  storage_gb: 'point',
  seats: 'unique',
  payments: 'point',
  licences: 'change',
} as const satisfies Record<string, UsageKind>;
export type Metric = keyof typeof KINDS;
export const METRICS = Object.keys(KINDS) as readonly Metric[];

export const CURRENCIES = ['EUR', 'USD', 'JPY', 'KWD'];
export const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
];

export const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
export const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });

/** The first one in one case of six. */
export const rarely = <A, B>(rare: fc.Arbitrary<A>, usual: fc.Arbitrary<B>): fc.Arbitrary<A | B> =>
  fc.oneof({ weight: 1, arbitrary: rare }, { weight: 5, arbitrary: usual });

const FIRST = at('2026-09-15T00:00:00Z');
const LAST = at('2026-12-15T00:00:00Z');

/**
 * Three months around November 2026: two period changes, one clock change, uses beyond the late limit.
 * At times one of few instants, so that events meet there, most of them where a period begins somewhere.
 */
export const arbitraryInstant = (): fc.Arbitrary<Micros> =>
  rarely(
    oneOf(...EDGES),
    fc.integer({ min: FIRST, max: LAST }).map((value) => value as Micros),
  );
const EDGES = [
  '2026-09-30T22:00:00Z',
  '2026-10-31T18:30:00Z',
  '2026-10-31T23:00:00Z',
  '2026-11-01T00:00:00Z',
  '2026-11-10T12:00:00Z',
  '2026-12-01T00:00:00Z',
].map(at);

/** Up to 30 hours into a day on which periods of this kit's subscriptions begin in one zone or another. */
export const arbitraryTimeOfTurn = (): fc.Arbitrary<Micros> =>
  fc
    .tuple(oneOf(...TURNS), fc.integer({ min: -14, max: 30 }), oneOf(0, 0, -1, 1, 1_800_000_000))
    .map(([turn, hours, beside]) => (turn + hours * MICROS_PER_HOUR + beside) as Micros);
const TURNS = [
  '2026-10-01',
  '2026-10-31',
  '2026-11-01',
  '2026-11-23',
  '2026-11-30',
  '2026-12-01',
].map((date) => at(`${date}T00:00:00Z`));

export const arbitraryDate = (): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: 28 }).map((day) => `2026-11-${String(day).padStart(2, '0')}`);

export const arbitraryVersion = (): fc.Arbitrary<number> => fc.integer({ min: 0, max: 5 });

export const arbitraryCents = (min = 0): fc.Arbitrary<Cents> =>
  fc.integer({ min, max: 5_000_000 }).map(cents);

/** Decimal text with up to three decimals, in the spellings the contract allows. */
export const arbitraryDecimal = (min = 0): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min, max: 100_000 }), oneOf('', '.5', '.05', '.125', '.0'))
    .map(([whole, fraction]) => `${whole}${fraction}`);
