import { type Script } from './script.ts';

/**
 * Erases one customer: leaves the tombstone, which makes every later apply answer "erased",
 * in this generation and in all others, and removes what this generation keeps.
 *
 * KEYS  1 record (hash)  2 document (string)  3 tombstone (string)
 * Result  1
 */
export const ERASE: Script = {
  keys: 3,
  lua: `
redis.call('SET', KEYS[3], '1')
redis.call('UNLINK', KEYS[1], KEYS[2])
return 1
`,
};
