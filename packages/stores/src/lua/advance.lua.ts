import { type Script } from './script.ts';

/**
 * Moves watermarks forward, never back: each of the two numbers keeps the higher of stored and given.
 *
 * KEYS  1 watermarks (hash: partition name → 'next occurredAt', occurredAt may be '')
 * ARGV  partition name, next, occurredAt or '', partition name, next …
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

for i = 1, #ARGV, 3 do
  local name, offset, seen = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local stored = redis.call('HGET', watermarks, name)
  if stored then
    local stored_offset, stored_seen = string.match(stored, '^(%d+) (%-?%d*)$')
    offset, seen = higher(offset, stored_offset), higher(seen, stored_seen)
  end
  redis.call('HSET', watermarks, name, offset .. ' ' .. seen)
end
return 1
`,
};
