import { describe, expect, it } from '@jest/globals';
import { asksForAll, filterOf, isAsked, isOfAskedKind } from '../../src/parked/filter.ts';
import { aParkedRecord, NOON, REF } from './entries.ts';

const filter = (options: Parameters<typeof filterOf>[0]) => {
  const read = filterOf(options);
  if (typeof read === 'string') throw new Error(read);
  return read;
};

describe('what is asked for of the parked records', () => {
  it.each([
    [{ code: 'no_such' }, /^--code takes one of too_short, .*fold_failed$/],
    [{ family: 'orders' }, /^--family takes one of customers, .*wallets$/],
    [{ customer: 'acme:1' }, /^--customer takes the ids .*UUID:UUID$/],
    [{ customer: `${REF}:x` }, /^--customer /],
    [{ since: 'yesterday' }, /^--since and --until take an instant with a zone/],
    [{ since: '2026-11-23T10:00:00' }, /^--since and --until /],
    [{ until: '2026-13-01T00:00:00Z' }, /^--since and --until /],
    [
      { since: '2026-11-23T10:00:00Z', until: '2026-11-23T09:59:59Z' },
      /^--until lies before --since$/,
    ],
  ])('names the option that is wrong: %j', (options, says) => {
    expect(filterOf(options)).toEqual(expect.stringMatching(says));
  });

  it('is everything when nothing is said', () => {
    const all = filter({});
    expect(asksForAll(all)).toBe(true);
    expect(isAsked(all, aParkedRecord(1, { ref: null }))).toBe(true);
  });

  it.each([
    [{ code: 'contract_invalid' }, { code: 'too_short' as const }],
    [{ family: 'usage' }, { family: 'wallets' as const }],
    [{ customer: REF.toUpperCase() }, { ref: null }],
    [{ since: '2026-11-23T12:00:01Z' }, { lastSeen: NOON + 999 }],
    [{ until: '2026-11-23T12:00:00Z' }, { firstSeen: NOON + 1 }],
  ])('takes what fits and passes over the rest: %j', (options, other) => {
    const asked = filter(options);
    expect(asksForAll(asked)).toBe(false);
    expect(isAsked(asked, aParkedRecord(1))).toBe(true);
    expect(isAsked(asked, aParkedRecord(1, other))).toBe(false);
  });

  it('passes over no storm for a customer, who may be in it', () => {
    const storm = { family: 'usage', partition: 3, code: 'contract_invalid', field: null } as const;
    const seen = { first: 1, last: 9, count: 5, firstSeen: NOON, lastSeen: NOON };
    expect(isOfAskedKind(filter({ customer: REF }), { ...storm, ...seen })).toBe(true);
    expect(isOfAskedKind(filter({ family: 'wallets' }), { ...storm, ...seen })).toBe(false);
  });
});
