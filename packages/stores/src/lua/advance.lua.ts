import { type Script } from './script.ts';

/**
 * Moves watermarks forward, never back: each of the two numbers keeps the higher of stored and given.
 * Replay marks go with `next`: those of a lower one are passed over.
 *
 * KEYS  1 watermarks (hash: partition name → 'next occurredAt replay', occurredAt may be '', ' replay' missing)
 * ARGV  partition name, next, occurredAt or '', replay ('from turn since') or '', partition name, next …
 * Result  1
 *
 * Numbers are compared as numbers but stored as the text they came in: Lua prints 1.7e15 its own way.
 */
export const ADVANCE: Script = {
  keys: 1,
  lua: `
local watermarks = KEYS[1]

local function higher(a, b)
  if a == '' then return b end
  if b == '' then return a end
  return tonumber(a) >= tonumber(b) and a or b
end

for i = 1, #ARGV, 4 do
  local name, offset, seen, replay = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local stored = redis.call('HGET', watermarks, name)
  if stored then
    local stored_offset, stored_seen, stored_replay = string.match(stored, '^(%d+) (%-?%d*) ?(.*)$')
    if replay == '' or tonumber(offset) < tonumber(stored_offset) then replay = stored_replay end
    offset, seen = higher(offset, stored_offset), higher(seen, stored_seen)
  end
  local text = offset .. ' ' .. seen
  redis.call('HSET', watermarks, name, replay == '' and text or text .. ' ' .. replay)
end
return 1
`,
};
