import { type RedisConnection } from './connect.ts';
import { checkName, DEFAULT_PREFIX, liveKey } from './keys.ts';
import { openLink } from './link.ts';
import { SWITCH } from './lua/switch.lua.ts';
import { type GenerationPointer } from './port.ts';
import { textOf } from './replies.ts';

export interface RedisPointerOptions {
  readonly connection: RedisConnection;
  readonly prefix?: string;
  /** Longest wait for the connection and for each answer, milliseconds. */
  readonly timeoutMs?: number;
  /** `ask` for one who asks and ends: that nobody listens is told at once. */
  readonly whenAway?: 'wait' | 'ask';
  /** Aborted when the process stops: what waits then rejects within a second. */
  readonly stopping?: AbortSignal;
}

/**
 * Rejects with StoreUnavailable when Redis does not answer in time, and with TypeError when a
 * generation's name holds a brace or a space.
 */
export function createRedisPointer(
  options: RedisPointerOptions,
): GenerationPointer & { close(): Promise<void> } {
  const {
    connection,
    prefix = DEFAULT_PREFIX,
    timeoutMs = 5000,
    whenAway = 'wait',
    stopping,
  } = options;
  const key = liveKey(prefix);
  const link = openLink({
    connection,
    name: 'portal-pointer',
    timeoutMs,
    whenAway,
    stopping,
  });
  return {
    async live() {
      const [reply] = await link.run([{ kind: 'plain', name: 'get', key, args: [] }]);
      return textOf(reply);
    },
    async switch(expected, generation) {
      checkName('generation', generation);
      const [reply] = await link.run([
        { kind: 'script', script: SWITCH, keys: [key], args: [expected ?? '', generation] },
      ]);
      return reply === 1;
    },
    close: () => link.close(),
  };
}
