import { type Script } from './script.ts';

/**
 * Moves checkpoints forward, never back: each of the two numbers keeps the higher of stored and given.
 * Replay window and last record belong to `next`: those of a lower one are ignored. Of `trimmed` the later one stays.
 *
 * KEYS  1 checkpoints (hash: partition name → 'next occurredAt replay last <trimmed', occurredAt may be '', ' replay', ' last' and
 *         ' <trimmed' missing)
 * ARGV  partition name, next, occurredAt or '', replay ('from nextFrom since') or '', last ('@offset:fingerprint') or '',
 *       trimmed or '', partition name, next …
 * Result  1
 *
 * Numbers are compared as numbers but stored as the text they came in: Lua prints 1.7e15 its own way.
 */
export const ADVANCE: Script = {
  keys: 1,
  lua: `
local checkpoints = KEYS[1]

local function higher(a, b)
  if a == '' then return b end
  if b == '' then return a end
  return tonumber(a) >= tonumber(b) and a or b
end

for i = 1, #ARGV, 6 do
  local name, offset, seen, replay, last = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local trimmed = ARGV[i + 5]
  local stored = redis.call('HGET', checkpoints, name)
  if stored then
    local stored_offset, stored_seen, rest = string.match(stored, '^(%d+) (%-?%d*) ?(.*)$')
    local is_behind = tonumber(offset) < tonumber(stored_offset)
    if replay == '' or is_behind then replay = string.match(rest, '^[%d ]*%d') or '' end
    if last == '' or is_behind then last = string.match(rest, '@%S+') or '' end
    trimmed = higher(trimmed, string.match(rest, '<(%d+)') or '')
    offset, seen = higher(offset, stored_offset), higher(seen, stored_seen)
  end
  local text = offset .. ' ' .. seen
  if replay ~= '' then text = text .. ' ' .. replay end
  if last ~= '' then text = text .. ' ' .. last end
  if trimmed ~= '' then text = text .. ' <' .. trimmed end
  redis.call('HSET', checkpoints, name, text)
end
return 1
`,
};
