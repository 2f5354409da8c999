import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import { stateIdOf } from '@portal/contracts';
import {
  type BillingEvent,
  type CustomerRef,
  DEFAULT_SETTINGS,
  emptyState,
  encodeDocument,
  encodeRecord,
  type Entry,
  fold,
  foreseenFields,
  project,
} from '@portal/projection';
import {
  createRedisPointer,
  createRedisStore,
  type RecordChange,
  singleRedis,
} from '@portal/stores';
import { benchCustomer, customerFacts, seededRandom, usageEvent } from './events.ts';

export interface SeedOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly customers: number;
  readonly until: Micros;
  /** Of each customer, evenly over the days before `until`. Default: 12 in 2 days. */
  readonly usage?: UsageOfEach;
}

export interface UsageOfEach {
  readonly events: number;
  readonly days: number;
}

export const SEED_GENERATION = 'bench';
const FEW: UsageOfEach = { events: 12, days: 2 };
const AT_ONCE = 500;

/** Fills a live generation with the documents of `customers` customers, folded from events as always. */
export async function seedDocuments(options: SeedOptions): Promise<readonly CustomerRef[]> {
  const { prefix, customers, until, usage = FEW } = options;
  const connection = singleRedis(options.redisUrl);
  const store = createRedisStore({ connection, prefix, generation: SEED_GENERATION });
  const pointer = createRedisPointer({ connection, prefix });
  const refs = Array.from({ length: customers }, (_, number) => benchCustomer(number).ref);
  try {
    for (let from = 0; from < customers; from += AT_ONCE) {
      const some = refs.slice(from, from + AT_ONCE);
      await store.apply(
        some.map((ref, index) => recordOf(ref, eventsOf(from + index, until, usage))),
      );
    }
    await pointer.switch(null, SEED_GENERATION);
    return refs;
  } finally {
    await Promise.all([store.close(), pointer.close()]);
  }
}

function eventsOf(number: number, until: Micros, usage: UsageOfEach): readonly BillingEvent[] {
  const { events, days } = usage;
  const begin = (until - days * MICROS_PER_DAY) as Micros;
  const random = seededRandom(number);
  const step = Math.floor((days * MICROS_PER_DAY) / events);
  const used = Array.from({ length: events }, (_, index) =>
    usageEvent(number, index, { at: (begin + index * step) as Micros, random }),
  );
  const boughtAt = (until - Math.max(90, days + 1) * MICROS_PER_DAY) as Micros;
  return [...customerFacts(number, boughtAt), ...used];
}

function recordOf(ref: CustomerRef, events: readonly BillingEvent[]): RecordChange {
  const entries = events.map((event, offset): Entry => ({
    kind: 'event',
    at: { family: event.family, partition: 0, offset },
    event,
  }));
  // A new customer has no side fields yet.
  const none = new Map(foreseenFields(entries, null).map((name) => [name, null]));
  const folded = fold(emptyState(ref), none, entries, DEFAULT_SETTINGS);
  if (folded.kind !== 'folded') throw new Error(`seeding ended in '${folded.kind}'`);
  const { state, set, remove } = folded;
  const document = project(state, DEFAULT_SETTINGS);
  return {
    ref,
    expected: '',
    ...encodeRecord(state, null),
    document: document === null ? null : encodeDocument(stateIdOf(state), document),
    set,
    remove,
  };
}
