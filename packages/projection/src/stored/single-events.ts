import { type SingleEvent } from '@portal/billing';
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

/** An event that the ledger keeps beside its cell, with the series it belongs to. */
export interface SeriesEvent {
  readonly series: string;
  readonly event: SingleEvent;
}

/** Events by id. */
export type Shard = Map<string, SeriesEvent>;

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

const singleEventRow = row<Omit<SingleEvent, 'operation'> & { readonly isRemoval: boolean }>({
  id: text,
  at: micros,
  value: text,
  amount: nullable(text),
  key: nullable(text),
  isRemoval: flag,
});

export const seriesEvent: Codec<SeriesEvent> = row<SeriesEvent>({
  series: text,
  event: singleEvent,
});

/** In order of ids. */
const shard: Codec<Shard> = {
  encode: (events) =>
    [...events].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => seriesEvent.encode(event)),
  decode: (stored) =>
    new Map(
      listOf(stored).map((each) => {
        const event = seriesEvent.decode(each);
        return [event.event.id, event];
      }),
    ),
};

export const shardCodec: TextCodec<Shard> = versioned(1, shard);
export const firstShardCodec: TextCodec<FirstShard> = versioned(
  1,
  row<FirstShard>({ count: number, first: shard }),
);
