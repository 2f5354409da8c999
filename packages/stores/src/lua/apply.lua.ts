import { SHARD_ROWS_MAX } from '@portal/projection';
import { type Script } from './script.ts';

/**
 * Compare-and-apply: changes one customer, all or nothing, on top of the expected vector only, and only while the event
 * ids it assumed to be absent are absent.
 * Sending it twice is harmless: the second one finds another vector.
 *
 * KEYS  1 record (hash)  2 document (string)  3 tombstone (string)
 * ARGV  1 expected vector, '' = no record
 *       2 '1' keep a document, '0' have none
 *       3 document
 *       4 '1' forget the record's fields first
 *       5 number m of shards that get assumed rows
 *       next  m times a shard's field and its rows to add, in hexadecimal: bytes that are no UTF-8 would make the whole
 *         command dearer for the client
 *       next  number n of record fields to remove
 *       next  their names
 *       then record fields to set: name, value, name, value … (vector and parts are among them)
 * Result  1 applied   0 conflict: another vector is stored   2 known: an assumed id is there, or its shard has no room
 *         -1 erased
 *
 * A field both removed and set is set. Fields go in slices because Lua's stack holds some 8,000 values.
 * Rows and shards are those of projection's ids/rows.ts: 13 bytes a row, 8 of them the hash. Lua compares
 * texts by the server's locale, so hashes are compared as numbers, four bytes at a time.
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

local byte, sub, floor = string.byte, string.sub, math.floor

-- The shard with one row more, nil when a row of that hash is there. Hash in two halves; day and content in one.
local function with_row(shard, one, two, seen)
  local low, high = 0, #shard / 13
  while low < high do
    local middle = floor((low + high) / 2)
    local a, b, c, d, e, f, g, h = byte(shard, middle * 13 + 1, middle * 13 + 8)
    local other = ((a * 256 + b) * 256 + c) * 256 + d
    if other < one or (other == one and ((e * 256 + f) * 256 + g) * 256 + h < two) then
      low = middle + 1
    else
      high = middle
    end
  end
  local row = struct.pack('>I4I4BI4', one, two, floor(seen / 4294967296), seen % 4294967296)
  local at = low * 13 + 1
  if sub(shard, at, at + 7) == sub(row, 1, 8) then return nil end
  return sub(shard, 1, at - 1) .. row .. sub(shard, at)
end

local function with_rows(shard, rows)
  if #shard % 13 ~= 0 then return nil end
  for i = 1, #rows, 26 do
    local one, two = tonumber(sub(rows, i, i + 7), 16), tonumber(sub(rows, i + 8, i + 15), 16)
    shard = with_row(shard, one, two, tonumber(sub(rows, i + 16, i + 25), 16))
    if not shard then return nil end
  end
  if #shard > ${SHARD_ROWS_MAX} * 13 then return nil end
  return shard
end

local shards, after = {}, 6 + 2 * tonumber(ARGV[5])
for i = 6, after - 1, 2 do
  local shard = with_rows(redis.call('HGET', record, ARGV[i]) or '', ARGV[i + 1])
  if not shard then return 2 end
  shards[#shards + 1] = ARGV[i]
  shards[#shards + 1] = shard
end

local function each_slice(command, values, first, last)
  for from = first, last, 4000 do
    redis.call(command, record, unpack(values, from, math.min(from + 3999, last)))
  end
end

if ARGV[4] == '1' then
  redis.call('UNLINK', record)
end
local removed = tonumber(ARGV[after])
each_slice('HDEL', ARGV, after + 1, after + removed)
each_slice('HSET', ARGV, after + removed + 1, #ARGV)
each_slice('HSET', shards, 1, #shards)
if ARGV[2] == '1' then
  redis.call('SET', document, ARGV[3])
else
  redis.call('UNLINK', document)
end
return 1
`,
};
