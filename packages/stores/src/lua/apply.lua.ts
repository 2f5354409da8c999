import { type Script } from './script.ts';

/**
 * Compare-and-apply: changes one customer, all or nothing, on top of the expected vector only.
 * Sending it twice is harmless: the second one finds another vector.
 *
 * KEYS  1 record (hash)  2 document (string)  3 tombstone (string)
 * ARGV  1 expected vector, '' = no record
 *       2 '1' keep a document, '0' have none
 *       3 document
 *       4 '1' forget the record's fields first
 *       5 number n of record fields to remove
 *       6 … 5+n their names
 *       then record fields to set: name, value, name, value … (vector and head are among them)
 * Result  1 applied   0 conflict: another vector is stored   -1 erased
 *
 * A field both removed and set is set. Fields go in slices because Lua's stack holds some 8,000 values.
 */
export const APPLY: Script = {
  keys: 3,
  lua: `
local record, document, tombstone = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', tombstone) == 1 then
  return -1
end
if (redis.call('HGET', record, 'v') or '') ~= ARGV[1] then
  return 0
end

local function each_slice(command, first, last)
  for from = first, last, 4000 do
    redis.call(command, record, unpack(ARGV, from, math.min(from + 3999, last)))
  end
end

if ARGV[4] == '1' then
  redis.call('UNLINK', record)
end
local removed = tonumber(ARGV[5])
each_slice('HDEL', 6, 5 + removed)
each_slice('HSET', 6 + removed, #ARGV)
if ARGV[2] == '1' then
  redis.call('SET', document, ARGV[3])
else
  redis.call('UNLINK', document)
end
return 1
`,
};
