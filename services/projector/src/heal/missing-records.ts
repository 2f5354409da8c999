import { type Place } from '@portal/projection';
import { type ParkedRecord } from '@portal/stores';
import { isAccepted } from '../store/accepted.ts';
import { type Healer } from './heal-settle.ts';
import { orInterrupted } from './reading.ts';

/** Parked records of one partition that are no longer in its log: they stay parked. */
export interface MissingRecords {
  add(page: readonly ParkedRecord[]): Promise<void>;
  /** Writes one line a minute, until a person has accepted all of them. */
  tell(): void;
}

export function createMissingRecords(healer: Healer, at: Place, begin: number): MissingRecords {
  let [records, last] = [0, 0];
  let first: ParkedRecord | null = null;
  return {
    add: async (page) => {
      const missing = page.filter(({ offset }) => offset < begin);
      if (missing.length === 0) return;
      const decisions = await orInterrupted(healer.decisions(), healer.stopping);
      for (const entry of missing) {
        const { offset } = entry;
        if (isAccepted(decisions, { ...entry, first: offset, last: offset })) continue;
        first ??= entry;
        last = offset;
        records += 1;
      }
    },
    tell: () => {
      if (first === null) return;
      const { offset, code, ref: customer } = first;
      const told = { ...at, records, first: offset, last, code, customer };
      const name = `lost: ${at.family}/${at.partition}`;
      healer.trouble.warn(name, { ...told, begin }, MISSING);
    },
  };
}

const MISSING = 'parked records are lost: the log does not hold them any more, they stay parked';
