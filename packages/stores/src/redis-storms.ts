import { type CustomerRef } from '@portal/projection';
import { type Reply } from './command.ts';
import { type Keys, stormName } from './keys.ts';
import { type RedisLink } from './link.ts';
import { CALM } from './lua/calm.lua.ts';
import { STORM } from './lua/storm.lua.ts';
import { type Storm, type StormCause } from './port.ts';
import { listOf, textOf } from './replies.ts';

export async function addToStorm(
  link: RedisLink,
  keys: Keys,
  cause: StormCause,
  offsets: readonly number[],
  seenAt: number,
): Promise<boolean> {
  if (offsets.length === 0) return false;
  const args = [stormName(cause), String(seenAt), JSON.stringify(cause), ...offsets.map(String)];
  const [isNew] = await link.run([{ kind: 'script', script: STORM, keys: [keys.storms], args }]);
  return isNew === 1;
}

export async function listStorms(link: RedisLink, keys: Keys): Promise<readonly Storm[]> {
  const [reply] = await link.run([{ kind: 'plain', name: 'hvals', key: keys.storms, args: [] }]);
  return listOf(reply)
    .flatMap((stored) => (stored === null ? [] : [stormOf(stored)]))
    .sort((a, b) => (stormName(a) < stormName(b) ? -1 : 1));
}

export async function removeStorm(
  link: RedisLink,
  keys: Keys,
  storm: StormCause & Pick<Storm, 'last'>,
  from = 0,
): Promise<boolean> {
  const args = [stormName(storm), String(storm.last), String(from - 1)];
  const [isGone] = await link.run([{ kind: 'script', script: CALM, keys: [keys.storms], args }]);
  return isGone === 1;
}

export async function markBeyond(
  link: RedisLink,
  keys: Keys,
  refs: readonly CustomerRef[],
  isBeyond: boolean,
): Promise<void> {
  if (refs.length === 0) return;
  const name = isBeyond ? 'sadd' : 'srem';
  await link.run([{ kind: 'plain', name, key: keys.beyond, args: refs }]);
}

export async function countBeyond(link: RedisLink, keys: Keys): Promise<number> {
  const [count] = await link.run([{ kind: 'plain', name: 'scard', key: keys.beyond, args: [] }]);
  return Number(count);
}

const SCAN_COUNT = '500';

/** The set has no order, so all of it is walked; only the first ones so far are kept. A scan may give one twice. */
export async function listBeyond(
  link: RedisLink,
  keys: Keys,
  limit: number,
): Promise<readonly CustomerRef[]> {
  let first: readonly CustomerRef[] = [];
  let cursor = '0';
  do {
    const args = [cursor, 'COUNT', SCAN_COUNT];
    const [reply] = await link.run([{ kind: 'plain', name: 'sscan', key: keys.beyond, args }]);
    const [next, members] = reply as readonly [Reply, Reply];
    const found = listOf(members) as readonly CustomerRef[];
    first = [...new Set([...first, ...found])].sort().slice(0, limit);
    cursor = textOf(next) ?? '0';
  } while (cursor !== '0');
  return first;
}

/** Reads `first last count firstSeen lastSeen json`, as the storm script writes it. */
function stormOf(stored: string): Storm {
  const [first, last, count, firstSeen, lastSeen] = stored.split(' ', 5).map(Number) as [
    ...[number, number, number, number, number],
  ];
  const cause = JSON.parse(stored.slice(stored.indexOf('{'))) as StormCause;
  return { ...cause, first, last, count, firstSeen, lastSeen };
}
