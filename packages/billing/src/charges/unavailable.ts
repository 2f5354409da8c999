/** What cannot be computed, and what about the charge or its events is the matter. Never an exception, never 0. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly reason: string;
}

export const unavailable = (reason: string): Unavailable => ({ kind: 'unavailable', reason });
