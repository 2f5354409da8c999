import { stateIdOf } from '@portal/contracts';
import {
  type CustomerRef,
  DEFAULT_SETTINGS,
  encodeDocument,
  encodeRecord,
  PART_NAMES,
  type PartName,
  project,
  type Settings,
  type StoredRecord,
} from '@portal/projection';
import {
  fromStored,
  type Keys,
  keysOf,
  type MemoryDatabase,
  type RedisConnection,
  VECTOR_FIELD,
} from '@portal/stores';
import { Cluster, Redis } from 'ioredis';
import { type TestRecord } from './record.ts';

/** Where read models lie: in this process's memory, or under a prefix of a Redis, single or Cluster. */
export type StorePlace =
  | { readonly kind: 'memory'; readonly database: MemoryDatabase }
  | { readonly kind: 'redis'; readonly connection: RedisConnection; readonly prefix: string };

/**
 * Everything one generation holds of a customer, byte for byte. Parked entries are not the customer's alone. Records
 * of one log may differ in what says nothing: `differences` compares them.
 */
export interface StoredCustomer extends StoredRecord {
  readonly ref: CustomerRef;
  readonly erased: boolean;
  readonly document: string | null;
  /** Every side field there is, asked for or not, in order of names. */
  readonly fields: readonly (readonly [name: string, text: string])[];
}

/**
 * What lies in the store, past the port: a port's `load` shows only the fields it is asked for, and never
 * the document. So what was lost is seen as well as what was left behind.
 */
export async function storedCustomers(
  place: StorePlace,
  generation: string,
  refs: readonly CustomerRef[],
): Promise<readonly StoredCustomer[]> {
  switch (place.kind) {
    case 'memory':
      return refs.map((ref) => inMemory(place.database, generation, ref));
    case 'redis': {
      const client = clientOf(place.connection);
      const keys = keysOf(place.prefix, generation);
      try {
        return await Promise.all(refs.map((ref) => inRedis(client, keys, ref)));
      } finally {
        client.disconnect();
      }
    }
    default:
      return place satisfies never;
  }
}

/** What a store must hold of a customer when a fresh fold of the same log ends in this record. */
export function storedBy(
  { state, fields, erased }: TestRecord,
  settings: Settings = DEFAULT_SETTINGS,
): StoredCustomer {
  if (erased) return { ...nothingOf(state.ref), erased };
  const document = project(state, settings);
  return {
    ref: state.ref,
    erased,
    ...encodeRecord(state, null),
    document: document === null ? null : encodeDocument(stateIdOf(state), document),
    fields: sorted(fields),
  };
}

/** What a store holds of a customer it never heard of. */
export const nothingOf = (ref: CustomerRef): StoredCustomer => ({
  ...{ ref, erased: false, vector: '', parts: new Map(), document: null, fields: [] },
});

function inMemory(database: MemoryDatabase, generation: string, ref: CustomerRef): StoredCustomer {
  const record = database.generations.get(generation)?.records.get(ref);
  return {
    ref,
    erased: database.erased.has(ref),
    vector: record?.vector ?? '',
    parts: new Map(record?.parts),
    document: record?.document ?? null,
    fields: sorted(record?.fields ?? new Map()),
  };
}

async function inRedis(
  client: Redis | Cluster,
  keys: Keys,
  ref: CustomerRef,
): Promise<StoredCustomer> {
  const [record, document, tombstones] = await Promise.all([
    client.hgetallBuffer(keys.record(ref)),
    client.get(keys.document(ref)),
    client.exists(keys.tombstone(ref)),
  ]);
  const { [VECTOR_FIELD]: vector, ...others } = record;
  const parts: StoredRecord['parts'] = new Map(
    PART_NAMES.flatMap((name) => {
      const text = others[name]?.toString();
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
  const fields = Object.entries(others).flatMap(([field, value]) => {
    if (parts.has(field as PartName)) return [];
    const name = field.replace(/^f:/, '');
    return [[name, fromStored(name, value)] as const];
  });
  return {
    ...{ ref, erased: tombstones === 1, vector: vector?.toString() ?? '', document },
    ...{ parts, fields: sorted(fields) },
  };
}

const sorted = (fields: Iterable<readonly [string, string]>): StoredCustomer['fields'] =>
  [...fields].sort(([a], [b]) => (a < b ? -1 : 1));

function clientOf(connection: RedisConnection): Redis | Cluster {
  if (connection.kind === 'single') return new Redis(connection.url);
  const { username, password, tls } = connection;
  return new Cluster([...connection.nodes], {
    slotsRefreshInterval: 0,
    redisOptions: {
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
      ...(tls ? { tls: {} } : {}),
    },
  });
}
