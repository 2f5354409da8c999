import { parse } from 'lossless-json';
import { shown } from './field-path.ts';

export type JsonRead =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Reads JSON without losing a digit: every number is a LosslessNumber, which keeps the text it was
 * written in. A `__proto__` key becomes an ordinary own field; a key given twice with different values is malformed.
 */
export function readJson(text: string): JsonRead {
  try {
    return { kind: 'json', value: parse(text, null, OPTIONS) };
  } catch (error) {
    if (error instanceof SecondKey) return { kind: 'malformed', reason: error.message };
    // The parser is recursive: nesting that exhausts the stack is the text's fault too.
    if (error instanceof RangeError) return { kind: 'malformed', reason: 'is nested too deeply' };
    return { kind: 'malformed', reason: whereBroken(text, error) };
  }
}

class SecondKey extends Error {}

const OPTIONS = { onDuplicateKey: refuseSecond };

function refuseSecond({ key }: { readonly key: string }): never {
  throw new SecondKey(`has the key ${shown(key)} twice, with different values`);
}

const POSITION = ' at position ';

/** The parser says where it stopped, in words that are its own; only the place is taken from them. */
function whereBroken(text: string, error: unknown): string {
  if (!(error instanceof SyntaxError)) throw error;
  const at = error.message.lastIndexOf(POSITION);
  const position = at === -1 ? Number.NaN : Number(error.message.slice(at + POSITION.length));
  if (!Number.isSafeInteger(position)) return 'is not JSON';
  if (position >= text.length) return 'is not JSON: it ends too early';
  return `is not JSON: character ${position + 1}, ${shown(text.charAt(position))}, does not belong there`;
}
