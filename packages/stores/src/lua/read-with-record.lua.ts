import { type Script } from './script.ts';

/**
 * A document and what it was made from, at one moment: no write can come between the two.
 *
 * KEYS  1 document (string)  2 record (hash)
 * ARGV  fields of the record
 * Result  document or nil, then each field or nil
 */
export const READ_WITH_RECORD: Script = {
  keys: 2,
  isReadOnly: true,
  lua: `
return { redis.call('GET', KEYS[1]), unpack(redis.call('HMGET', KEYS[2], unpack(ARGV))) }
`,
};
