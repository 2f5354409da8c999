import { excerpt } from '@portal/contracts';

/** A header as it may be shown: null in place of a value that might be a secret. */
export interface ShownHeader {
  readonly name: string;
  readonly value: string | null;
  /** Characters of the value. */
  readonly length: number;
}

export interface ShownHeaders {
  readonly headers: readonly ShownHeader[];
  readonly more: number;
}

/** Those that are known to hold no secret. Producers put tokens, cookies and names of people into others. */
const IN_CLEAR: ReadonlySet<string> = new Set([
  'content-type',
  'x-correlation-id',
  'x-organization-id',
  'x-request-id',
]);

const HEADERS_MAX = 30;
const NAME_MAX = 100;
const VALUE_MAX = 300;

/** In order of their names. */
export function shownHeaders(headers: Readonly<Record<string, string>>): ShownHeaders {
  const inOrder = Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    headers: inOrder.slice(0, HEADERS_MAX).map(([name, value]) => ({
      name: excerpt(name, NAME_MAX),
      value: IN_CLEAR.has(name.toLowerCase()) ? excerpt(value, VALUE_MAX) : null,
      length: value.length,
    })),
    more: Math.max(0, inOrder.length - HEADERS_MAX),
  };
}
