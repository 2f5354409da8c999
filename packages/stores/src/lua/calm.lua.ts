import { type Script } from './script.ts';

/**
 * Takes a storm off the list, unless records were added to it since it was read.
 *
 * KEYS  1 storms (hash: name → 'first last count firstSeen lastSeen json')
 * ARGV  1 name  2 last, as it was read
 * Result  1 it is gone   0 it has grown: nothing was done
 */
export const CALM: Script = {
  keys: 1,
  lua: `
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored and string.match(stored, '^%d+ (%-?%d+) ') ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
`,
};
