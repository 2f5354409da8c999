import { type Script } from './script.ts';

/**
 * Tells how current partitions are. `asOf` keeps the higher of stored and given; the rest is what was told last.
 *
 * KEYS  1 freshness (hash: partition name → 'asOf isAtEnd seenAt', asOf may be '')
 * ARGV  partition name, asOf or '', '1' or '0' (isAtEnd), seenAt, partition name, asOf …
 * Result  the texts stored now, in the order given
 */
export const REFRESH: Script = {
  keys: 1,
  lua: `
local stored_now = {}
for i = 1, #ARGV, 4 do
  local name, as_of, at_end, seen = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  local stored = redis.call('HGET', KEYS[1], name)
  if stored then
    local old_as_of, old_at_end, old_seen = string.match(stored, '^(%d*) ([01]) (%d+)$')
    if tonumber(old_seen) > tonumber(seen) then at_end, seen = old_at_end, old_seen end
    if old_as_of ~= '' and (as_of == '' or tonumber(old_as_of) > tonumber(as_of)) then as_of = old_as_of end
  end
  local text = as_of .. ' ' .. at_end .. ' ' .. seen
  redis.call('HSET', KEYS[1], name, text)
  stored_now[#stored_now + 1] = text
end
return stored_now
`,
};
