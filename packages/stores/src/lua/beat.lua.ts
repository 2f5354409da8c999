import { type Script } from './script.ts';

/**
 * Keeps a writer and its time, by this server's clock, and tells of all that are believed to be there. Those
 * not heard of for longer, also by a clock that was set back, are dropped.
 *
 * KEYS  1 writers (hash: id → 'seen json')
 * ARGV  1 how long one is believed, milliseconds  2 most entries kept
 *       3 id, '' = only tell  4 json
 * Result  id, age in milliseconds, json, id, age …
 */
export const BEAT: Script = {
  keys: 1,
  lua: `
local writers, believed, most, id, json = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local told = {}
local stored = redis.call('HGETALL', writers)
local count = 0
for i = 1, #stored, 2 do
  local seen, text = string.match(stored[i + 1], '^(%d+) (.*)$')
  local age = now - tonumber(seen or '0')
  if stored[i] ~= id then
    if math.abs(age) > believed then
      if id ~= '' then redis.call('HDEL', writers, stored[i]) end
    else
      count = count + 1
      for _, part in ipairs({ stored[i], string.format('%.0f', age), text }) do told[#told + 1] = part end
    end
  end
end
if id ~= '' then
  if count < most then redis.call('HSET', writers, id, string.format('%.0f', now) .. ' ' .. json) end
  for _, part in ipairs({ id, '0', json }) do told[#told + 1] = part end
end
return told
`,
};
