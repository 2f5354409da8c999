import { parse } from 'lossless-json';

export type JsonRead =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Reads JSON without losing a digit: every number is a LosslessNumber, which keeps the text it was
 * written in. A `__proto__` key becomes an ordinary own field; a key given twice with different values is malformed.
 */
export function readJson(text: string): JsonRead {
  try {
    return { kind: 'json', value: parse(text) };
  } catch (error) {
    // The parser is recursive: nesting that exhausts the stack is the text's fault too.
    if (error instanceof RangeError) return { kind: 'malformed', reason: 'nested too deeply' };
    return { kind: 'malformed', reason: whyMalformed(error) };
  }
}

const REASON_MAX = 120;

function whyMalformed(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.length > REASON_MAX ? `${reason.slice(0, REASON_MAX)}…` : reason;
}
