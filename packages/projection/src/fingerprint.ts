import { type UsageFact } from './events.ts';

/** Taken once: where tests run, each look-up of a global is a call, and every character asks for it. */
const { imul } = Math;

/** What an event of an entity says: its type is no part of it, billers send several for one row version. */
export const contentOf = (deleted: boolean, payload: unknown): string =>
  fingerprint([deleted, payload]);

/**
 * The same of a usage event. To add is what a unique event always did: one that does not say so has the content
 * it had before there was a word for it, and so has one of another kind.
 */
export const contentOfUsage = (fact: UsageFact): string =>
  contentOf(false, fact.operation === 'remove' ? fact : { ...fact, operation: undefined });

/**
 * A 53-bit fingerprint of a JSON value, equal for values that differ only in the order of keys.
 * It tells contents apart (conflicts are shown by it); nothing is ever looked up or added by it.
 */
export function fingerprint(value: unknown): string {
  const text = canonicalJson(value);
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = imul(high ^ code, 2_654_435_761);
    low = imul(low ^ code, 1_597_334_677);
  }
  high = imul(high ^ (high >>> 16), 2_246_822_507) ^ imul(low ^ (low >>> 13), 3_266_489_909);
  low = imul(low ^ (low >>> 16), 2_246_822_507) ^ imul(high ^ (high >>> 13), 3_266_489_909);
  return (4_294_967_296 * (2_097_151 & low) + (high >>> 0)).toString(36);
}

/** JSON with sorted keys at every depth. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  // Every event passes here: concatenation spares the arrays that mapping entries would make.
  const record = value as Readonly<Record<string, unknown>>;
  let members = '';
  for (const key of Object.keys(record).sort()) {
    if (record[key] === undefined) continue;
    const comma = members === '' ? '' : ',';
    members += `${comma}${JSON.stringify(key)}:${canonicalJson(record[key])}`;
  }
  return `{${members}}`;
}
