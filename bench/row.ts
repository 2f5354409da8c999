/** One line of the table: the same thing measured several times. */
export interface Figure {
  readonly row: RowName;
  readonly what: string;
  readonly unit: string;
  /** One per round. */
  readonly values: readonly number[];
  readonly goal: Goal | null;
}

/** What the median should reach. */
export type Goal =
  | { readonly kind: 'at_least'; readonly value: number }
  | { readonly kind: 'at_most'; readonly value: number };

export const ROW_NAMES = [
  'read-warm',
  'read-cold',
  'live',
  'history',
  'size',
  'ids',
  'start',
] as const;
export type RowName = (typeof ROW_NAMES)[number];

export interface BenchContext {
  readonly quick: boolean;
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

/** Round by round: ours divided by what was measured beside it. */
export const ratios = (ours: readonly number[], floor: readonly number[]): readonly number[] =>
  ours.map((value, round) => value / (floor[round] ?? Number.NaN));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
