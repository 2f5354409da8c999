/** One line of the table: the same thing measured several times. */
export interface Figure {
  readonly row: RowName;
  readonly what: string;
  readonly unit: string;
  /** One per round. */
  readonly values: readonly number[];
  readonly goal: Goal | null;
}

/** What the median must reach, and what it should. */
export interface Goal {
  readonly kind: 'at_least' | 'at_most';
  readonly must: number;
  readonly aim: number | null;
}

export const atLeast = (must: number, aim: number | null = null): Goal => ({
  kind: 'at_least',
  must,
  aim,
});

export const atMost = (must: number, aim: number | null = null): Goal => ({
  kind: 'at_most',
  must,
  aim,
});

export const ROW_NAMES = [
  'read-warm',
  'read-cold',
  'live',
  'visible',
  'fold',
  'hot',
  'history',
  'customers',
  'overload',
  'size',
  'ids',
  'start',
] as const;
export type RowName = (typeof ROW_NAMES)[number];

export interface BenchContext {
  /** Small sizes and few rounds. */
  readonly quick: boolean;
  /** Large sizes. */
  readonly full: boolean;
  /** Addresses of what the rows use. */
  readonly services: {
    readonly KAFKA_BROKERS: string;
    readonly SCHEMA_REGISTRY_URL: string;
    readonly REDIS_URL: string;
  };
  /** First part of every topic, key and group of this run. */
  readonly prefix: string;
  /** Folder for CPU profiles of our services; null: none are made. */
  readonly profile: string | null;
  /** Events and customers of the live row. */
  readonly live: { readonly events: number; readonly customers: number };
  /** Words about what goes on. */
  readonly say: (text: string) => void;
}

export type Row = (context: BenchContext) => Promise<readonly Figure[]>;

/** Makes the figures of one row; without a goal one is only shown. */
export const figuresOf =
  (row: RowName) =>
  (what: string, unit: string, values: readonly number[], goal: Goal | null = null): Figure => ({
    row,
    what,
    unit,
    values,
    goal,
  });

/** Round by round: ours divided by what was measured beside it. */
export const ratios = (ours: readonly number[], floor: readonly number[]): readonly number[] =>
  ours.map((value, round) => value / (floor[round] ?? Number.NaN));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** The value that this share of all lie at or below. Sorts in place. */
export function quantile(values: Float64Array, share: number): number {
  values.sort();
  return values[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}
