import { type Micros } from '@portal/billing';
import { type CustomerRef } from '@portal/projection';
import { LRUCache } from 'lru-cache';
import { type DashboardAnswer } from './answer.ts';
import { type Found } from './stored.ts';

/**
 * Answers of late, by customer: the newest of each. One is given again where the store holds the very state it was made
 * of, from the instant it was made for until something changes by time alone (`validUntil`). Never with `meta`, which
 * changes with every read.
 */
export interface Remembered {
  get(ref: CustomerRef, head: string, now: Micros): DashboardAnswer | null;
  keep(ref: CustomerRef, head: string, now: Micros, answer: DashboardAnswer): void;
}

interface Kept {
  readonly head: string;
  readonly from: Micros;
  readonly answer: DashboardAnswer;
}

/** Bytes of one entry besides its body: keys, headers, objects. */
const ENTRY_BYTES = 2_000;

/** What names the state that a document was made of: the generation and the document's first line. */
export function headOf({ generation, text }: Found): string {
  const end = text.indexOf('\n');
  return `${generation} ${text.slice(0, Math.max(0, end))}`;
}

export function createRemembered(maxBytes: number): Remembered {
  const answers = new LRUCache<CustomerRef, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ answer }) => answer.body.length + ENTRY_BYTES,
  });
  return {
    get: (ref, head, now) => {
      const kept = answers.get(ref);
      if (kept?.head !== head || now < kept.from) return null;
      const { validUntil } = kept.answer;
      return validUntil === null || now < validUntil ? kept.answer : null;
    },
    keep: (ref, head, from, answer) => {
      answers.set(ref, { head, from, answer });
    },
  };
}
