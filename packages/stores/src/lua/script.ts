/** A Lua script and how many of its arguments are keys. */
export interface Script {
  readonly keys: number;
  readonly lua: string;
}
