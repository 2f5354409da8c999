/** A Lua script and how many of its arguments are keys. */
export interface Script {
  readonly keys: number;
  readonly lua: string;
  /** It only reads: a user that may not write can run it. */
  readonly isReadOnly?: true;
}
