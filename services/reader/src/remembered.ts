import { createHash } from 'node:crypto';
import { type Micros } from '@portal/billing';
import { type CustomerRef } from '@portal/projection';
import { LRUCache } from 'lru-cache';
import { type DashboardAnswer } from './answer.ts';
import { type Found } from './stored.ts';

/**
 * Answers of late, by customer: the newest of each. One is given again where the store holds the very document it was made
 * of, from the instant it was made for until something changes by time alone (`validUntil`). Only answers without
 * `include` and `at` may come here: the caller sees to that.
 */
export interface Remembered {
  /** Without asking the store: as far as it says by itself that nothing changed. */
  unread(ref: CustomerRef, now: Micros): DashboardAnswer | null;
  /** Of what was just found. */
  of(ref: CustomerRef, found: Found, now: Micros): DashboardAnswer | null;
  keep(ref: CustomerRef, found: Found, now: Micros, answer: DashboardAnswer): void;
}

interface Kept {
  /** Of the document it was made of. */
  readonly name: string;
  readonly isUnchanged: Found['isUnchanged'];
  readonly from: Micros;
  readonly answer: DashboardAnswer;
}

/** Bytes of one entry besides its body: keys, headers, objects. */
const ENTRY_BYTES = 2_000;

/**
 * What tells one document from any other. Not the id of its state alone, which names positions in a log: a store that was
 * emptied may be filled from another one.
 */
const nameOf = ({ generation, text }: Found): string =>
  createHash('sha256').update(generation).update('\n').update(text).digest('base64');

export function createRemembered(maxBytes: number): Remembered {
  const answers = new LRUCache<CustomerRef, Kept>({
    maxSize: maxBytes,
    sizeCalculation: ({ answer }) => answer.body.length + ENTRY_BYTES,
  });
  return {
    unread: (ref, now) => {
      const kept = answers.get(ref);
      return kept?.isUnchanged?.() === true ? validAt(kept, now) : null;
    },
    of: (ref, found, now) => {
      const kept = answers.get(ref);
      if (kept === undefined || kept.name !== nameOf(found)) return null;
      // From now on it is this read that the store tells of.
      if (kept.isUnchanged !== found.isUnchanged) {
        answers.set(ref, { ...kept, isUnchanged: found.isUnchanged });
      }
      return validAt(kept, now);
    },
    keep: (ref, found, from, answer) => {
      answers.set(ref, { name: nameOf(found), isUnchanged: found.isUnchanged, from, answer });
    },
  };
}

function validAt({ from, answer }: Kept, now: Micros): DashboardAnswer | null {
  const { validUntil } = answer;
  return now >= from && (validUntil === null || now < validUntil) ? answer : null;
}
