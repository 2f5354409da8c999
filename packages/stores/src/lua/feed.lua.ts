import { type Script } from './script.ts';

/**
 * Notes that a generation is fed now, unless a generation of this store was folded from another log.
 *
 * KEYS  1 generations (hash: name → 'first last topics cluster')
 * ARGV  1 name  2 'topics cluster': the log it is folded from
 * Result  '' noted   else the name of the generation of another log
 */
export const FEED: Script = {
  keys: 1,
  lua: `
local generations, name, log = KEYS[1], ARGV[1], ARGV[2]
local stored = redis.call('HGETALL', generations)
for i = 1, #stored, 2 do
  if string.match(stored[i + 1], '^%d+ %d+ (.*)$') ~= log then return stored[i] end
end
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
local before = redis.call('HGET', generations, name)
local first = before and string.match(before, '^(%d+) ') or now
redis.call('HSET', generations, name, first .. ' ' .. now .. ' ' .. log)
return ''
`,
};
