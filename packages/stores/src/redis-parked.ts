import { type CustomerRef } from '@portal/projection';
import { type Keys, placeOf } from './keys.ts';
import { type RedisCommand, type RedisLink } from './link.ts';
import { ERASE } from './lua/erase.lua.ts';
import { PARK } from './lua/park.lua.ts';
import { UNPARK } from './lua/unpark.lua.ts';
import { type ParkedEntry, type ParkedRecord } from './port.ts';
import { listOf } from './replies.ts';

export async function park(
  link: RedisLink,
  keys: Keys,
  entries: readonly ParkedEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const args = entries.flatMap(({ seenAt, ...entry }) => [
    placeOf(entry),
    String(seenAt),
    entry.ref ?? '',
    JSON.stringify(entry),
  ]);
  await link.run([{ kind: 'script', script: PARK, keys: keys.parked, args }]);
}

export async function unpark(
  link: RedisLink,
  keys: Keys,
  at: readonly Pick<ParkedEntry, 'family' | 'partition' | 'offset'>[],
): Promise<void> {
  await unparkPlaces(link, keys, at.map(placeOf));
}

export async function listParked(
  link: RedisLink,
  keys: Keys,
  limit: number,
): Promise<readonly ParkedRecord[]> {
  if (limit <= 0) return [];
  const [entriesKey, orderKey] = keys.parked;
  const [order] = await link.run([
    { kind: 'plain', name: 'zrange', key: orderKey, args: ['0', String(limit - 1)] },
  ]);
  const places = listOf(order).filter((place) => place !== null);
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
