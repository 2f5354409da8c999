import { type Micros, type SingleEvent } from '@portal/billing';
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
export interface ShardEvent extends Omit<SingleEvent, 'id'> {
  readonly series: string;
}

/** An event by itself, with the series it belongs to. */
export interface SeriesEvent {
  readonly series: string;
  readonly event: SingleEvent;
}

/** Events by id. */
export type Shard = Map<string, ShardEvent>;

/** Beside its own events how many there are in all shards. */
export interface FirstShard {
  readonly count: number;
  readonly first: Shard;
}

/** An event as it is listed by itself. That it is no removal goes without saying, in memory as well. */
export const singleEvent: Codec<SingleEvent> = {
  encode: ({ operation, ...event }) =>
    singleEventRow.encode({ ...event, isRemoval: operation === 'remove' }),
  decode: (stored) => {
    const { isRemoval, ...event } = singleEventRow.decode(stored);
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

const singleEventRow = row<Columns>({ ...common, isRemoval: flag });

const shardRow = row<Columns & Pick<ShardEvent, 'series'>>({
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
