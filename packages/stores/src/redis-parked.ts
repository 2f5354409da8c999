import { type Coordinates, type CustomerRef, type Family } from '@portal/projection';
import { type PlainCommand, type RedisCommand } from './command.ts';
import { type Keys, sortableName } from './keys.ts';
import { type RedisLink } from './link.ts';
import { ERASE } from './lua/erase.lua.ts';
import { PARK } from './lua/park.lua.ts';
import { UNPARK } from './lua/unpark.lua.ts';
import { type ParkedEntry, type ParkedRecord } from './port.ts';
import { markBeyond } from './redis-storms.ts';
import { listOf } from './replies.ts';

export async function park(
  link: RedisLink,
  keys: Keys,
  entries: readonly ParkedEntry[],
): Promise<readonly boolean[]> {
  if (entries.length === 0) return [];
  const args = entries.flatMap(({ seenAt, ...entry }) => [
    sortableName(entry),
    String(seenAt),
    entry.ref ?? '',
    JSON.stringify(entry),
  ]);
  const [reply] = await link.run([{ kind: 'script', script: PARK, keys: keys.parked, args }]);
  if (!Array.isArray(reply)) throw new TypeError(`park answered ${JSON.stringify(reply)}`);
  return (reply as readonly unknown[]).map((isNew) => isNew === 1);
}

export async function unpark(
  link: RedisLink,
  keys: Keys,
  at: readonly Pick<ParkedEntry, 'family' | 'partition' | 'offset'>[],
): Promise<void> {
  await unparkPlaces(link, keys, at.map(sortableName));
}

export async function listParked(
  link: RedisLink,
  keys: Keys,
  limit: number,
  after?: Coordinates,
): Promise<readonly ParkedRecord[]> {
  if (limit <= 0) return [];
  const first = after === undefined ? '-' : `(${sortableName(after)}`;
  const args = [first, '+', 'LIMIT', '0', String(limit)];
  return entriesIn(link, keys, { name: 'zrangebylex', args });
}

export async function pageOfParked(
  link: RedisLink,
  keys: Keys,
  { family, partition }: Pick<ParkedEntry, 'family' | 'partition'>,
  from: number,
  limit: number,
): Promise<readonly ParkedRecord[]> {
  const [first, last] = [from, Number.MAX_SAFE_INTEGER].map((offset) =>
    sortableName({ family, partition, offset }),
  ) as [string, string];
  const args = [`[${first}`, `[${last}`, 'LIMIT', '0', String(limit)];
  return entriesIn(link, keys, { name: 'zrangebylex', args });
}

export async function countParked(link: RedisLink, keys: Keys, family?: Family): Promise<number> {
  const args = family === undefined ? ['-', '+'] : [`[${family}/`, `(${family}0`];
  const command = { kind: 'plain', name: 'zlexcount', key: keys.parked[1], args } as const;
  const [count] = await link.run([command]);
  return Number(count);
}

async function entriesIn(
  link: RedisLink,
  keys: Keys,
  order: Pick<PlainCommand, 'name' | 'args'>,
): Promise<readonly ParkedRecord[]> {
  const [entriesKey, orderKey] = keys.parked;
  const [reply] = await link.run([{ kind: 'plain', ...order, key: orderKey }]);
  const places = listOf(reply).filter((place) => place !== null);
  if (places.length === 0) return [];
  const [entries] = await link.run([
    { kind: 'plain', name: 'hmget', key: entriesKey, args: places },
  ]);
  // One that was unparked between the two commands is simply gone.
  return listOf(entries).flatMap((stored) => (stored === null ? [] : [parkedRecord(stored)]));
}

/** The tombstones come first: whatever happens after them, nothing of the customer can come back. */
export async function eraseCustomers(
  link: RedisLink,
  keys: Keys,
  refs: readonly CustomerRef[],
): Promise<void> {
  await link.run(
    refs.map((ref): RedisCommand => ({
      kind: 'script',
      script: ERASE,
      keys: [keys.record(ref), keys.document(ref), keys.tombstone(ref)],
      args: [],
    })),
  );
  // Members are `customer|place`; `}` is the character after `|`.
  const found = await link.run(
    refs.map((ref): RedisCommand => ({
      kind: 'plain',
      name: 'zrangebylex',
      key: keys.parked[2],
      args: [`[${ref}|`, `(${ref}}`],
    })),
  );
  const members = found.flatMap(listOf).filter((member) => member !== null);
  await markBeyond(link, keys, refs, false);
  await unparkPlaces(
    link,
    keys,
    members.map((member) => member.slice(member.indexOf('|') + 1)),
  );
}

async function unparkPlaces(link: RedisLink, keys: Keys, places: readonly string[]): Promise<void> {
  if (places.length === 0) return;
  await link.run([{ kind: 'script', script: UNPARK, keys: keys.parked, args: places }]);
}

/** Reads `firstSeen lastSeen customer json`, as the park script writes it. */
function parkedRecord(stored: string): ParkedRecord {
  const [firstSeen, lastSeen] = stored.split(' ', 2);
  const json = stored.slice(stored.indexOf('{'));
  const entry = JSON.parse(json) as Omit<ParkedEntry, 'seenAt'>;
  return { ...entry, firstSeen: Number(firstSeen), lastSeen: Number(lastSeen) };
}
