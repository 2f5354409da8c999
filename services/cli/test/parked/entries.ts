import { type CustomerRef, customerRef } from '@portal/projection';
import { type ParkedEntry, type ParkedRecord } from '@portal/stores';
import { CUSTOMER, ORGANIZATION } from '@portal/testkit';

export const REF: CustomerRef = customerRef(ORGANIZATION, CUSTOMER);
export const NOON = Date.parse('2026-11-23T12:00:00Z');

/** A record that is parked: name only what the test is about. */
export const anEntry = (offset: number, over: Partial<ParkedEntry> = {}): ParkedEntry => ({
  ...{ family: 'usage', partition: 3, offset, key: REF, ref: REF },
  ...{ code: 'contract_invalid', field: 'usage.value', reason: 'must be a decimal string' },
  seenAt: NOON,
  ...over,
});

export const aParkedRecord = (offset: number, over: Partial<ParkedRecord> = {}): ParkedRecord => {
  const { seenAt, ...entry } = anEntry(offset);
  return { ...entry, firstSeen: seenAt, lastSeen: seenAt + 1_000, ...over };
};

/** Colours are for terminals, and the room behind the last word of a line is for nobody. */
export const plainLines = (text: string): readonly string[] =>
  text
    // eslint-disable-next-line no-control-regex
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .map((line) => line.trimEnd());
