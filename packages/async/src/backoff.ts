/** The pause before trying again, milliseconds: doubles with every attempt (from 0), from `first` to `most`. */
export const backoff = (attempt: number, first = 100, most = 5_000): number =>
  Math.min(most, first * 2 ** Math.min(attempt, 20));
