import { HASH_BYTES, ROW_BYTES, SHARD_ROWS_MAX } from '@portal/projection';
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
 *       6 unless m is 0: the first day kept, as rows count days; then m times a shard's field and its rows to add
 *       next  number n of record fields to remove
 *       next  their names
 *       then record fields to set: name, value, name, value … (vector and head are among them)
 * Result  1 applied   0 conflict: another vector is stored   2 known: an assumed id is there, or its shard has no room
 *         -1 erased
 *
 * A field both removed and set is set. Fields go in slices because Lua's stack holds some 8,000 values.
 * Rows and shards are those of projection's ids/rows.ts. Lua compares texts by the server's locale, so hashes are
 * compared as numbers, four bytes at a time.
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

local function four_bytes(text, at)
  local a, b, c, d = string.byte(text, at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function is_below(shard, at, row)
  local one, other = four_bytes(shard, at), four_bytes(row, 1)
  if one ~= other then return one < other end
  return four_bytes(shard, at + 4) < four_bytes(row, 5)
end

local function day_at(shard, at)
  local a, b, c = string.byte(shard, at + ${HASH_BYTES}, at + ${HASH_BYTES} + 2)
  return a * 1024 + b * 4 + math.floor(c / 64)
end

-- The shard with the row at its place; nil when a kept row of the same hash is there.
local function with_row(shard, row, since)
  local low, high = 0, #shard / ${ROW_BYTES}
  while low < high do
    local middle = math.floor((low + high) / 2)
    if is_below(shard, middle * ${ROW_BYTES} + 1, row) then low = middle + 1 else high = middle end
  end
  local at = low * ${ROW_BYTES} + 1
  local rest = at
  if string.sub(shard, at, at + ${HASH_BYTES - 1}) == string.sub(row, 1, ${HASH_BYTES}) then
    if day_at(shard, at) >= since then return nil end
    rest = at + ${ROW_BYTES}
  end
  return string.sub(shard, 1, at - 1) .. row .. string.sub(shard, rest)
end

local function with_rows(shard, rows, since)
  if #shard % ${ROW_BYTES} ~= 0 then return nil end
  for from = 1, #rows, ${ROW_BYTES} do
    shard = with_row(shard, string.sub(rows, from, from + ${ROW_BYTES - 1}), since)
    if not shard then return nil end
  end
  if #shard > ${SHARD_ROWS_MAX * ROW_BYTES} then return nil end
  return shard
end

local shards, after = {}, 6
if ARGV[5] ~= '0' then
  local since = tonumber(ARGV[6])
  after = 7 + 2 * tonumber(ARGV[5])
  for i = 7, after - 1, 2 do
    local shard = with_rows(redis.call('HGET', record, ARGV[i]) or '', ARGV[i + 1], since)
    if not shard then return 2 end
    shards[#shards + 1] = ARGV[i]
    shards[#shards + 1] = shard
  end
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
