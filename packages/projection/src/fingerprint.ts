import { type UsageFact } from './events.ts';

/** Taken once: where tests run, each look-up of a global is a call, and every character asks for it. */
const { imul } = Math;

/** What an event of an entity says: its type is no part of it, billers send several for one row version. */
export const contentOf = (deleted: boolean, payload: unknown): string =>
  fingerprint([deleted, payload]);

/**
 * The same of a usage event. To add is what a unique event always did: one that does not say so has the content
 * it had before there was a word for it, and so has one of another kind. Its names are written in order here, which spares
 * each event that they are sorted.
 */
export function contentOfUsage(fact: UsageFact): string {
  const operation = fact.operation === 'remove' ? ',"operation":"remove"' : '';
  return fingerprintOfText(
    `[false,{"amount_cents":${canonicalJson(fact.amount_cents)}` +
      `,"dimensions":${canonicalJson(fact.dimensions)}` +
      `,"kind":${canonicalJson(fact.kind)}` +
      `,"metric_code":${canonicalJson(fact.metric_code)}${operation}` +
      `,"properties":${canonicalJson(fact.properties)}` +
      `,"subscription_external_id":${canonicalJson(fact.subscription_external_id)}` +
      `,"timestamp":${fact.timestamp}` +
      `,"unique_key":${canonicalJson(fact.unique_key)}` +
      `,"value":${canonicalJson(fact.value)}}]`,
  );
}

/**
 * A 53-bit fingerprint of a JSON value, equal for values that differ only in the order of keys.
 * It tells contents apart (conflicts are shown by it); nothing is ever looked up or added by it.
 */
export const fingerprint = (value: unknown): string => fingerprintOfText(canonicalJson(value));

function fingerprintOfText(text: string): string {
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
  if (typeof value === 'string') return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
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

/** Characters that JSON writes as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;
