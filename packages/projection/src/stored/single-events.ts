import { type Micros, type RawUsage } from '@portal/billing';
import {
  type Codec,
  flag,
  listOf,
  micros,
  nullable,
  number,
  row,
  text,
  type TextCodec,
  versioned,
} from './codec.ts';

/** An event that the ledger keeps beside its cell; it lies under its id. */
export interface SingleEvent extends Omit<RawUsage, 'id'> {
  readonly series: string;
}

/** Events by id. */
export type Shard = Map<string, SingleEvent>;

/** Beside its own events how many there are in all shards. */
export interface FirstShard {
  readonly count: number;
  readonly first: Shard;
}

/** An event as it is listed by itself. That it is no removal goes without saying, in memory as well. */
export const rawUsage: Codec<RawUsage> = {
  encode: ({ operation, ...event }) =>
    rawColumns.encode({ ...event, isRemoval: operation === 'remove' }),
  decode: (stored) => {
    const { isRemoval, ...event } = rawColumns.decode(stored);
    return isRemoval ? { ...event, operation: 'remove' } : event;
  },
};

const common = { id: text, at: micros, value: text, amount: nullable(text), key: nullable(text) };

interface Columns {
  readonly id: string;
  readonly at: Micros;
  readonly value: string;
  readonly amount: string | null;
  readonly key: string | null;
  readonly isRemoval: boolean;
}

const rawColumns = row<Columns>({ ...common, isRemoval: flag });

const shardRow = row<Columns & Pick<SingleEvent, 'series'>>({
  ...common,
  isRemoval: flag,
  series: text,
});

/** In order of ids. */
const shard: Codec<Shard> = {
  encode: (events) =>
    [...events]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { operation, ...event }]) =>
        shardRow.encode({ id, ...event, isRemoval: operation === 'remove' }),
      ),
  decode: (stored) =>
    new Map(
      listOf(stored).map((each) => {
        const { id, isRemoval, ...event } = shardRow.decode(each);
        return [id, isRemoval ? { ...event, operation: 'remove' } : event];
      }),
    ),
};

export const shardCodec: TextCodec<Shard> = versioned(1, shard);
export const firstShardCodec: TextCodec<FirstShard> = versioned(
  1,
  row<FirstShard>({ count: number, first: shard }),
);
