import { type Script } from './script.ts';

/**
 * Keeps parked entries. One already there takes the new description; its first and last time seen
 * are the lowest and highest ever given, so sending the same entries twice changes nothing.
 *
 * KEYS  1 entries (hash: place → 'firstSeen lastSeen customer json')  2 order (sorted set of places)
 *       3 customers (sorted set of 'customer|place')
 * ARGV  place, time seen, customer or '', json, place, …
 * Result  for each entry 1 when it is new, else 0
 */
export const PARK: Script = {
  keys: 3,
  lua: `
local entries, order, customers = KEYS[1], KEYS[2], KEYS[3]
local new = {}
for i = 1, #ARGV, 4 do
  local place, seen, customer, json = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local first, last = seen, seen
  local stored = redis.call('HGET', entries, place)
  if stored then
    local stored_first, stored_last, before = string.match(stored, '^(%-?%d+) (%-?%d+) (%S*) ')
    if tonumber(stored_first) < tonumber(first) then first = stored_first end
    if tonumber(stored_last) > tonumber(last) then last = stored_last end
    redis.call('ZREM', customers, before .. '|' .. place)
  end
  redis.call('HSET', entries, place, first .. ' ' .. last .. ' ' .. customer .. ' ' .. json)
  redis.call('ZADD', order, 0, place)
  new[#new + 1] = stored and 0 or 1
  if customer ~= '' then
    redis.call('ZADD', customers, 0, customer .. '|' .. place)
  end
end
return new
`,
};
