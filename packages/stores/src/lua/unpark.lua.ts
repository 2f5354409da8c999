import { type Script } from './script.ts';

/**
 * Forgets parked entries; places that are not parked are passed over.
 *
 * KEYS  1 entries (hash: place → 'firstSeen lastSeen customer json')  2 order (sorted set of places)
 *       3 customers (sorted set of 'customer|place')
 * ARGV  places
 * Result  1
 */
export const UNPARK: Script = {
  keys: 3,
  lua: `
local entries, order, customers = KEYS[1], KEYS[2], KEYS[3]
for _, place in ipairs(ARGV) do
  local stored = redis.call('HGET', entries, place)
  if stored then
    local customer = string.match(stored, '^%S+ %S+ (%S*) ')
    redis.call('HDEL', entries, place)
    redis.call('ZREM', order, place)
    redis.call('ZREM', customers, customer .. '|' .. place)
  end
end
return 1
`,
};
