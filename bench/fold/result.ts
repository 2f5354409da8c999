export interface FoldResult {
  /** Events per second, one each round. */
  readonly floor: readonly number[];
  readonly decode: readonly number[];
  readonly fold: readonly number[];
}
