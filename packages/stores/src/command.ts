import { type Script } from './lua/script.ts';

export interface PlainCommand {
  readonly kind: 'plain';
  readonly name: string;
  readonly key: string;
  readonly args: readonly string[];
}

/** A plain command whose bulk replies come as the bytes they are. */
export type BytesCommand = Omit<PlainCommand, 'kind'> & { readonly kind: 'bytes' };

export interface ScriptCommand {
  readonly kind: 'script';
  readonly script: Script;
  /** All in one slot. */
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
}

/** A text travels as UTF-8. */
export type Argument = string | Buffer;

export type RedisCommand = PlainCommand | BytesCommand | ScriptCommand;

/** As ioredis gives them: bulk replies are strings, those of a BytesCommand Buffers; only HGETALL comes as an object. */
export type Reply =
  string | number | null | Buffer | readonly Reply[] | Readonly<Record<string, string>>;
