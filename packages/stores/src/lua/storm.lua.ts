import { type Script } from './script.ts';

/**
 * Adds records of one partition to a storm. Those that were added before (at or before its last offset) are passed
 * over, so sending the same ones twice changes nothing.
 *
 * KEYS  1 storms (hash: name → 'first last count firstSeen lastSeen json')
 * ARGV  1 name  2 time seen  3 json  then offsets, rising
 * Result  1 the storm is new   0 it was there
 */
export const STORM: Script = {
  keys: 1,
  lua: `
local storms, name, seen, json = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local first, last, count, first_seen = ARGV[4], '-1', 0, seen
local stored = redis.call('HGET', storms, name)
if stored then
  local known
  first, last, known, first_seen = string.match(stored, '^(%d+) (%-?%d+) (%d+) (%-?%d+) ')
  count = tonumber(known)
end
local at = tonumber(last)
for i = 4, #ARGV do
  if tonumber(ARGV[i]) > at then
    last, at, count = ARGV[i], tonumber(ARGV[i]), count + 1
  end
end
redis.call('HSET', storms, name,
  first .. ' ' .. last .. ' ' .. string.format('%d', count) .. ' ' .. first_seen .. ' ' .. seen .. ' ' .. json)
return stored and 0 or 1
`,
};
