import { type Script } from './script.ts';

/**
 * Points readers at another generation if the expected one is live.
 *
 * KEYS  1 live (string)
 * ARGV  1 generation expected to be live, '' = none  2 generation to be live from now on
 * Result  1 switched   0 another one is live
 */
export const SWITCH: Script = {
  keys: 1,
  lua: `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`,
};
