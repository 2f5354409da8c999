import { type Script } from './script.ts';

/**
 * Takes a storm off the list, or its end, unless records were added to it since it was read.
 *
 * KEYS  1 storms (hash: name → 'first last count firstSeen lastSeen json')
 * ARGV  1 name  2 last, as it was read  3 offset before the one from which on it goes
 * Result  1 that is gone   0 it has grown: nothing was done
 */
export const CALM: Script = {
  keys: 1,
  lua: `
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored then
  return 1
end
local first, last, rest = string.match(stored, '^(%d+) (%-?%d+) (.*)$')
if last ~= ARGV[2] then
  return 0
end
if tonumber(first) > tonumber(ARGV[3]) then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], first .. ' ' .. ARGV[3] .. ' ' .. rest)
end
return 1
`,
};
