import { type Script } from './script.ts';

/**
 * A document and the head it was made from, at one moment: no write can come between the two.
 *
 * KEYS  1 document (string)  2 record (hash)
 * Result  document or nil, head or nil
 */
export const LOOK: Script = {
  keys: 2,
  lua: `
return { redis.call('GET', KEYS[1]), redis.call('HGET', KEYS[2], 'h') }
`,
};
