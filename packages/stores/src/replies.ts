import { type PartitionName, type PartName, type StoredRecord } from '@portal/projection';
import { type PlainCommand, type Reply } from './command.ts';
import { type KeptNote } from './directory.ts';
import { type Keys } from './keys.ts';
import { type Freshness, type Checkpoint } from './port.ts';

/** A list reply of texts. Throws on anything else: the command was not what the caller thinks. */
export function listOf(reply: Reply | undefined): readonly (string | null)[] {
  if (!Array.isArray(reply)) throw new TypeError(`expected a list, got ${typeof reply}`);
  return (reply as readonly Reply[]).map(textOf);
}

/** A list reply of texts or bytes. Throws on anything else. */
export function valuesOf(reply: Reply | undefined): readonly (string | Buffer | null)[] {
  if (!Array.isArray(reply)) throw new TypeError(`expected a list, got ${typeof reply}`);
  return (reply as readonly Reply[]).map((value) =>
    Buffer.isBuffer(value) ? value : textOf(value),
  );
}

/** What was read of a record's hash: the vector, then the parts of these names; null is not there. */
export const recordIn = (
  names: readonly PartName[],
  [vector, ...texts]: readonly (string | null)[],
): StoredRecord => ({
  vector: vector ?? '',
  parts: new Map(
    names.flatMap((name, index) => {
      const text = texts[index] ?? null;
      return text === null ? [] : [[name, text] as const];
    }),
  ),
});

/** A bulk reply, null when there is none. Throws on anything else. */
export function textOf(reply: Reply | undefined): string | null {
  if (typeof reply === 'string' || reply === null) return reply;
  throw new TypeError(`expected a text, got ${typeof reply}`);
}

/**
 * Reads `INFO server replication`. The run id is another one after a restart and in a replica that took over;
 * the former replication id, once a server was a replica in between. (The replication id itself also changes
 * when a first replica comes, which loses nothing.)
 */
export function serverName(reply: Reply): string {
  const text = textOf(reply) ?? '';
  const [run, before] = ['run_id', 'master_replid2'].map(
    (name) => new RegExp(`^${name}:(\\w+)`, 'm').exec(text)?.[1],
  );
  if (run === undefined) throw new TypeError('INFO names no run_id');
  return /^0*$/.test(before ?? '') ? run : `${run}/${before ?? ''}`;
}

export const allCheckpoints = (keys: Keys): PlainCommand => ({
  kind: 'plain',
  name: 'hgetall',
  key: keys.checkpoints,
  args: [],
});

/** The reply to `allCheckpoints`: `next occurredAt from nextFrom since @offset:fingerprint <trimmed` by partition name; all but two may be missing. */
export function checkpointsOf(reply: Reply | undefined): ReadonlyMap<PartitionName, Checkpoint> {
  return new Map(
    fieldsOf(reply).map(([name, stored]) => [name as PartitionName, checkpointOf(stored)]),
  );
}

function checkpointOf(stored: string): Checkpoint {
  const [known = '', trimmed] = stored.split(' <');
  const [numbers = '', last] = known.split(' @');
  const [next, occurredAt, from, nextFrom, since] = numbers.split(' ');
  const [offset, fingerprint] = last?.split(':') ?? [];
  return {
    next: Number(next),
    occurredAt: occurredAt === '' ? null : Number(occurredAt),
    ...(from === undefined
      ? {}
      : { replay: { from: Number(from), nextFrom: Number(nextFrom), since: Number(since) } }),
    ...(fingerprint === undefined ? {} : { last: { offset: Number(offset), fingerprint } }),
    ...(trimmed === undefined ? {} : { trimmed: Number(trimmed) }),
  };
}

/** The hash of notes: `generation partition` → note. */
export const historyNotesOf = (reply: Reply | undefined): readonly KeptNote[] =>
  fieldsOf(reply)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([field, note]) => {
      const [generation = '', partition = ''] = field.split(' ');
      return { generation, partition: partition as PartitionName, note };
    });

/** The reply to `hgetall`. Throws on anything else. */
export function fieldsOf(reply: Reply | undefined): [field: string, value: string][] {
  if (typeof reply !== 'object' || reply === null) throw new TypeError('expected a hash');
  return Object.entries(reply as Readonly<Record<string, string>>);
}

export const allFreshness = (keys: Keys): PlainCommand => ({
  kind: 'plain',
  name: 'hgetall',
  key: keys.freshness,
  args: [],
});

/** The reply to `allFreshness`: `asOf isAtEnd seenAt` by partition name. */
export function freshnessOf(reply: Reply | undefined): ReadonlyMap<PartitionName, Freshness> {
  return new Map(
    fieldsOf(reply).map(([name, text]) => [name as PartitionName, readFreshness(text)]),
  );
}

export function readFreshness(text: string): Freshness {
  const [asOf = '', isAtEnd, seenAt] = text.split(' ');
  return {
    asOf: asOf === '' ? null : Number(asOf),
    isAtEnd: isAtEnd === '1',
    seenAt: Number(seenAt),
  };
}
