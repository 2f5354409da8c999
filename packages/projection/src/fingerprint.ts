import { type UsageFact } from './events.ts';
import { finished, pairAt, rotated } from './ids/hash.ts';

/** Taken once: where tests run, each look-up of a global is a call, and every two characters ask for it. */
const { imul } = Math;

/**
 * What an event says, as a number of 53 bits: equal for payloads that differ only in the order of keys. It tells contents
 * apart (conflicts are shown by it); nothing is ever looked up or added by it.
 *
 * This one is of an event of an entity: its type is no part of it, billers send several for one row version.
 */
export function contentOf(deleted: boolean, payload: unknown): number {
  const mix = new Mix();
  mix.value(deleted);
  mix.value(payload);
  return mix.digest();
}

/**
 * The same of a usage event. To add is what a unique event always did: one that does not say so has the content of one that
 * does, and so has one of another kind. Its fields stand in a fixed order, which spares each event their names.
 */
export function contentOfUsage(fact: UsageFact): number {
  const mix = new Mix();
  mix.value(fact.metric_code);
  mix.value(fact.timestamp);
  mix.value(fact.kind);
  mix.value(fact.value);
  mix.value(fact.unique_key);
  mix.value(fact.operation === 'remove');
  mix.value(fact.amount_cents);
  mix.value(fact.dimensions);
  mix.value(fact.subscription_external_id);
  mix.value(fact.properties);
  return mix.digest();
}

/**
 * Takes JSON values, one behind the other, in two lanes of 32 bits. Each begins with a word of what it is and how much of it
 * comes, so that no two rows of values are taken as the same words.
 */
class Mix {
  private high = 0x1ea7_5eed;
  private low = 0x41c6_ce57;

  value(value: unknown): void {
    if (typeof value === 'string') this.text(value);
    else if (typeof value === 'number') this.number(value);
    else if (typeof value === 'boolean') this.word(value ? TRUE : FALSE);
    else if (Array.isArray(value)) this.list(value);
    else if (typeof value === 'object' && value !== null) this.record(value);
    else this.word(NULL);
  }

  digest(): number {
    const low = finished(this.low);
    const high = finished(this.high ^ low);
    return 2 ** 32 * (low & 0x1f_ffff) + (high >>> 0);
  }

  private word(word: number): void {
    this.high = imul(rotated(this.high, 5) ^ word, HIGH);
    this.low = imul(rotated(this.low, 13) ^ word, LOW);
  }

  private text(text: string): void {
    this.word(TEXT + text.length);
    for (let at = 0; at < text.length; at += 2) this.word(pairAt(text, at));
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.word(WHOLE);
      this.word(Math.floor(value / 2 ** 32));
      this.word(value);
    } else {
      this.word(OTHER_NUMBER);
      this.text(String(value));
    }
  }

  private list(values: readonly unknown[]): void {
    this.word(LIST + values.length);
    for (const value of values) this.value(value);
  }

  /** The sum of its members, each mixed alone: no order of keys changes it, and none has to be made. */
  private record(record: object): void {
    let [high, low, members] = [0, 0, 0];
    for (const [key, value] of Object.entries(record)) {
      if (value === undefined) continue;
      const member = new Mix();
      member.text(key);
      member.value(value);
      high += finished(member.high);
      low += finished(member.low);
      members += 1;
    }
    this.word(RECORD + members);
    this.word(high);
    this.word(low);
  }
}

/** Odd, so that no bit is lost: 2^32 by the golden ratio, and a prime of xxHash. */
const HIGH = 0x9e37_79b1;
const LOW = 0x85eb_ca77;

/** What comes; behind the first three stands how much, which is below 2^28. */
const TEXT = 0x1000_0000;
const LIST = 0x2000_0000;
const RECORD = 0x3000_0000;
const WHOLE = 0x4000_0000;
const OTHER_NUMBER = 0x4000_0001;
const FALSE = 0x4000_0002;
const TRUE = 0x4000_0003;
const NULL = 0x4000_0004;
