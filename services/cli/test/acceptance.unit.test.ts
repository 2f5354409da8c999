import { type Decision, PARKED_CODES } from '@portal/contracts';
import { type HistoryFound, logicalOffset, offsetText } from '@portal/streams';
import { describe, expect, it } from '@jest/globals';
import { acceptanceOf } from '../src/acceptance.ts';
import { causeOf } from '../src/commands/parked-accept.ts';
import { untilChecked } from '../src/until-checked.ts';

const AT = { family: 'usage', partition: 3 } as const;
const range = (history: number, begin: number, end: number) => ({
  ...AT,
  begin: logicalOffset(history, begin),
  end: logicalOffset(history, end),
});
const found = (kind: 'shorter' | 'trimmed' | 'undecided', history = 0): HistoryFound => ({
  ...{ kind, history, wanted: logicalOffset(history, 40), begin: 0, end: 12 },
});
const plan = (what: HistoryFound, now = range(0, 0, 12), decisions: readonly Decision[] = []) =>
  acceptanceOf(what, 'told', now, decisions);
const decided = (history: number, begin: number): Decision => ({
  ...{ decision_id: 'd', decision_type: 'history.accepted', decided_at: 1 },
  ...{ decided_by: 'Ada', reason: 'r' },
  history_accepted: { ...AT, history, begin, found: 'told' },
});
const accepts = (history: number, begin: number) => ({
  kind: 'accept',
  accepted: { ...AT, history, begin, found: 'told' },
});

describe('accepting a changed history', () => {
  it('counts a log that was made again as the next one, from where it begins', () => {
    expect(plan(found('shorter'))).toEqual(accepts(1, 0));
    expect(plan(found('shorter', 2), range(2, 5, 12))).toEqual(accepts(3, 5));
  });

  it('keeps counting a log that was trimmed, from where it begins now', () => {
    expect(plan(found('trimmed'), range(0, 60, 70))).toEqual(accepts(0, 60));
  });

  it('numbers a log anew whose decisions were lost', () => {
    expect(plan(found('undecided', 2))).toEqual(accepts(2, 0));
  });

  it('finds nothing to do a second time', () => {
    expect(plan(found('shorter'), range(1, 0, 12))).toMatchObject({ kind: 'nothing_to_do' });
    expect(plan(found('undecided', 2), range(2, 0, 12))).toMatchObject({ kind: 'nothing_to_do' });
    const trimmed = range(0, 60, 70);
    expect(plan(found('trimmed'), trimmed, [decided(0, 60)])).toMatchObject({
      kind: 'nothing_to_do',
    });
    // More was trimmed since: that is another loss, and another decision.
    expect(plan(found('trimmed'), trimmed, [decided(0, 50), decided(1, 99)])).toEqual(
      accepts(0, 60),
    );
  });

  describe('of a topic that is only just there again', () => {
    const gone: HistoryFound = { kind: 'gone', history: 0, wanted: 40 };
    const planOf = (what: HistoryFound | null) =>
      what === null ? [] : [{ partition: 'usage/3', ...plan(what) }];

    it('waits for the look of a projector, says so once, and decides by what it found', async () => {
      const notes = [gone, gone, null, found('shorter')];
      const said: (readonly string[])[] = [];
      const plans = await untilChecked(() => Promise.resolve(planOf(notes.shift() ?? null)), {
        ...{ timeoutMs: 60_000, everyMs: 1, onWait: (partitions) => said.push(partitions) },
      });
      expect(plans).toEqual([{ partition: 'usage/3', ...accepts(1, 0) }]);
      expect([said, notes]).toEqual([[['usage/3']], []]);
    });

    it('decides nothing when no projector looks in time', async () => {
      const plans = await untilChecked(() => Promise.resolve(planOf(gone)), {
        ...{ timeoutMs: 20, everyMs: 1, onWait: () => undefined },
      });
      expect(plans).toMatchObject([{ kind: 'not_looked_at' }]);
    });

    it('has nothing to do where it turns out to be the old log', async () => {
      const notes = [gone];
      const plans = await untilChecked(() => Promise.resolve(planOf(notes.shift() ?? null)), {
        ...{ timeoutMs: 20, everyMs: 1, onWait: () => undefined },
      });
      expect(plans).toMatchObject([{ partition: 'usage/3', kind: 'nothing_to_do' }]);
    });

    it('does not wait where there is nothing to look at', async () => {
      const plans = await untilChecked(() => Promise.resolve(planOf(found('shorter'))), {
        timeoutMs: 60_000,
        onWait: () => {
          throw new Error('it waits');
        },
      });
      expect(plans).toMatchObject([{ kind: 'accept' }]);
    });
  });
});

describe('a cause of parked records on the command line', () => {
  const cause = (place: string, change: object = {}) =>
    causeOf(place, { code: 'contract_invalid', from: '0', ...change });

  it('names partition, code and what else is said', () => {
    const base = { ...AT, code: 'contract_invalid', field: null, schema_id: null };
    expect(cause('usage/3')).toEqual({ ...base, first_offset: 0, last_offset: null });
    expect(cause('usage/3', { field: 'usage.value', schemaId: '7', from: '5', to: '9' })).toEqual({
      ...{ ...base, field: 'usage.value', schema_id: 7, first_offset: 5, last_offset: 9 },
    });
  });

  it('takes every code that a record can be parked for', () => {
    expect(PARKED_CODES).toContain('fold_failed');
    for (const code of PARKED_CODES) expect(cause('usage/3', { code })).toMatchObject({ code });
  });

  it('takes offsets as /readyz of the projector shows them', () => {
    const offsets = [17, 2 ** 40 + 17].map((offset) => offsetText(offset));
    expect(offsets[1]).toContain('history');
    expect(cause('usage/3', { from: offsets[0], to: offsets[1] })).toMatchObject({
      ...{ first_offset: 17, last_offset: 2 ** 40 + 17 },
    });
  });

  it.each([
    ['usage/3', { from: '17 (history x)' }],
    ['orders/3', {}],
    ['usage', {}],
    ['usage/x', {}],
    ['usage/3/4', {}],
    ['usage/-1', {}],
    ['usage/3', { from: '-1' }],
    ['usage/3', { to: '1.5' }],
    ['usage/3', { schemaId: 'seven' }],
    ['usage/3', { from: '9'.repeat(30) }],
    ['usage/3', { from: '9', to: '5' }],
    ['usage/3', { schemaId: '9007199254740991' }],
    ['usage/3', { code: 'contract_invalidd' }],
    ['usage/3', { code: '' }],
    ['usage/3', { code: 'x'.repeat(5_000) }],
  ])('is refused when it is none (%s %j)', (place, change) => {
    expect(typeof cause(place, change)).toBe('string');
  });
});
