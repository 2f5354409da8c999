import { type Script } from './lua/script.ts';

export interface PlainCommand {
  readonly kind: 'plain';
  readonly name: string;
  readonly key: string;
  readonly args: readonly string[];
}

export interface ScriptCommand {
  readonly kind: 'script';
  readonly script: Script;
  /** All in one slot. */
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

export type RedisCommand = PlainCommand | ScriptCommand;

/** As ioredis gives them: bulk replies are strings, only HGETALL comes as an object. */
export type Reply = string | number | null | readonly Reply[] | Readonly<Record<string, string>>;
