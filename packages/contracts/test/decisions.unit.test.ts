import { describe, expect, it } from '@jest/globals';
import {
  createDecisionReader,
  type Decision,
  decisionFault,
  encodeDecision,
  SCHEMA_TEXTS,
  writeWire,
} from '@portal/contracts';

const ENVELOPE = { decision_id: 'd-1', decided_at: 1_793_491_200_000_000 } as const;
const DECIDED = { ...ENVELOPE, decided_by: 'Ada', reason: 'made again' } as const;
const HISTORY: Decision = {
  ...DECIDED,
  decision_type: 'history.accepted',
  history_accepted: { family: 'usage', partition: 3, history: 1, begin: 17, found: 'ends at 12' },
};
const PARKED: Decision = {
  ...DECIDED,
  decision_type: 'parked.accepted',
  parked_accepted: {
    ...{ family: 'wallets', partition: 0, code: 'contract_invalid', field: null },
    ...{ schema_id: 7, first_offset: 2 ** 40 + 1, last_offset: null },
  },
};

describe('a decision', () => {
  const read = createDecisionReader(SCHEMA_TEXTS.decisions);

  it.each([HISTORY, PARKED])('is read as it was written ($decision_type)', (decision) => {
    expect(read(encodeDecision(decision, 7))).toEqual({ kind: 'decision', decision });
    expect(decisionFault(decision)).toBeNull();
  });

  it.each([
    ['nobody answers for it', { decided_by: '' }, 'decided_by'],
    ['no reason is given', { reason: '' }, 'reason'],
    ['the reason is a book', { reason: 'x'.repeat(1_001) }, 'reason'],
    [
      'it names no family',
      { history_accepted: { ...HISTORY.history_accepted, family: 'orders' } },
      'history_accepted.family',
    ],
    [
      'an offset has no room for its history',
      { history_accepted: { ...HISTORY.history_accepted, history: 8_001 } },
      'history_accepted.history',
    ],
  ])('may not be written when %s, and decides nothing when it was', (_, change, field) => {
    const wrong = { ...HISTORY, ...change } as Decision;
    expect(decisionFault(wrong)).toContain(field);
    expect(read(encodeDecision(wrong, 7))).toEqual({
      kind: 'unreadable',
      reason: expect.stringContaining(field),
    });
  });

  it('of a payload that is not its type’s decides nothing', () => {
    const { history_accepted } = HISTORY;
    const mixed = { ...DECIDED, decision_type: 'parked.accepted', history_accepted } as unknown;
    expect(read(encodeDecision(mixed as Decision, 7))).toMatchObject({ kind: 'unreadable' });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['two bytes', Buffer.from([0, 1])],
    ['another magic byte', Buffer.alloc(40, 1)],
    ['garbage behind a header', writeWire(7, Buffer.alloc(40, 0xff))],
    ['a thousand times what one needs', writeWire(7, Buffer.alloc(500_000))],
  ])('of %s is unreadable, never a failure', (_, value) => {
    expect(read(value)).toMatchObject({ kind: 'unreadable' });
  });
});
