import { createHash } from 'node:crypto';
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

/** The key that says which master a command goes to. */
export const keyOf = (command: RedisCommand): string =>
  command.kind === 'plain' ? command.key : (command.keys[0] ?? '');

/** Its name and arguments as they are sent; a script by its text or by the hash of it. */
export function wire(command: RedisCommand, by: 'eval' | 'evalsha'): [string, string[]] {
  if (command.kind === 'plain') return [command.name, [command.key, ...command.args]];
  const { script, keys, args } = command;
  const body = by === 'eval' ? script.lua : shaOf(script);
  return [by, [body, String(keys.length), ...keys, ...args]];
}

const shas = new Map<Script, string>();

function shaOf(script: Script): string {
  let sha = shas.get(script);
  if (sha === undefined) {
    sha = createHash('sha1').update(script.lua).digest('hex');
    shas.set(script, sha);
  }
  return sha;
}
