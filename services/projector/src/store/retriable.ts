/** The store's and the broker's errors say themselves whether trying again can help. */
export const isRetriable = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true;
