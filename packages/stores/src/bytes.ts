import { type Argument } from './command.ts';

/**
 * Side fields whose name begins with `d:` hold bytes. The port shows them as texts of the chars 0…255, one a byte; Redis
 * keeps the bytes themselves, because UTF-8 takes two for half of those chars. Everything else is UTF-8.
 */
export const holdsBytes = (name: string): boolean => name.startsWith('d:');

/** Of a checked change: see check-change.ts. */
export const toStored = (name: string, text: string): Argument =>
  holdsBytes(name) ? bytesOf(text) : text;

/** What a reply holds of a field; a text is one that was read as UTF-8. */
export const fromStored = (name: string, value: string | Buffer): string =>
  typeof value === 'string' ? value : value.toString(holdsBytes(name) ? 'latin1' : 'utf8');

export const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');

export function isBytes(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 255) return false;
  }
  return true;
}
