import { type BillingEvent, type SubscriptionSnapshot } from '@portal/projection';
import { anEntitlement, aPlan, at, aUsage, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { anniversary, tellAt, turns, usage } from '../named.ts';
import { started } from '../next-bill.ts';

describe('a start that replaces the boundary of its day', () => {
  const named = anniversary({ current_period_start: at('2026-11-15T10:00:00Z') });

  it('ends the period before: nothing turns at midnight', () => {
    const november = {
      period: ['2026-10-15T00:00:00Z', '2026-11-15T10:00:00Z'],
      usage: 11,
      before: ['2026-09-15T00:00:00Z', '2026-10-15T00:00:00Z', 0],
    };
    expect(turns('2026-11-15T00:00:00Z', named, ...usage.slice(0, 2))).toEqual([
      { ...november, bill: ['2026-11-15T10:00:00Z', 1, 4_900] },
      { ...november, bill: ['2026-11-15T10:00:00Z', 0, 4_900] },
      { ...november, bill: ['2026-11-15T10:00:00Z', 0, 4_900] },
    ]);
  });

  it('turns at its instant, and the next boundary is the computed one', () => {
    const december = {
      period: ['2026-11-15T10:00:00Z', '2026-12-15T00:00:00Z'],
      usage: 1_100,
      before: ['2026-10-15T00:00:00Z', '2026-11-15T10:00:00Z', 11],
      bill: ['2026-12-15T00:00:00Z', 30, 4_900],
    };
    const [before, ...after] = turns('2026-11-15T10:00:00Z', named, ...usage.slice(0, 4));
    expect(before).toMatchObject({ usage: 11, bill: ['2026-11-15T10:00:00Z', 0, 4_900] });
    expect(after).toEqual([december, december]);
  });

  it('is of the local day: an instant of the next day in UTC replaces as well', () => {
    const local = anniversary({
      timezone: 'America/Los_Angeles',
      current_period_start: at('2026-11-16T07:59:59.999Z'),
    });
    const [before, ...after] = turns('2026-11-16T07:59:59.999Z', local);
    expect(before?.period).toEqual(['2026-10-15T07:00:00Z', '2026-11-16T07:59:59.999000Z']);
    expect(after.map(({ period }) => period)).toEqual([
      ['2026-11-16T07:59:59.999000Z', '2026-12-15T08:00:00Z'],
      ['2026-11-16T07:59:59.999000Z', '2026-12-15T08:00:00Z'],
    ]);
  });

  it('a millisecond later, on the next local day, it cuts: what lies before is a period of its own', () => {
    const cut = anniversary({
      timezone: 'America/Los_Angeles',
      current_period_start: at('2026-11-16T08:00:00Z'),
    });
    const [before, ...after] = turns('2026-11-16T08:00:00Z', cut);
    expect(before?.period).toEqual(['2026-11-15T08:00:00Z', '2026-12-15T08:00:00Z']);
    expect(before?.bill).toEqual(['2026-12-15T08:00:00Z', 30, 4_900]);
    for (const one of after) {
      expect(one.period).toEqual(['2026-11-16T08:00:00Z', '2026-12-15T08:00:00Z']);
      expect(one.before).toEqual(['2026-11-15T08:00:00Z', '2026-11-16T08:00:00Z', 0]);
    }
  });
});

describe('a named end', () => {
  const named = anniversary({
    current_period_start: at('2026-11-15T10:00:00Z'),
    current_period_end: at('2026-12-15T10:00:00Z'),
  });

  it('is the next bill, and the period runs until it', () => {
    const whole = {
      period: ['2026-11-15T10:00:00Z', '2026-12-15T10:00:00Z'],
      usage: 11_100,
      before: ['2026-10-15T00:00:00Z', '2026-11-15T10:00:00Z', 11],
    };
    expect(turns('2026-12-15T00:00:00Z', named, ...usage.slice(0, 5))).toEqual([
      { ...whole, bill: ['2026-12-15T10:00:00Z', 1, 4_900] },
      { ...whole, bill: ['2026-12-15T10:00:00Z', 0, 4_900] },
      { ...whole, bill: ['2026-12-15T10:00:00Z', 0, 4_900] },
    ]);
  });

  it('begins the next period, which ends where it is reckoned', () => {
    const [before, ...after] = turns('2026-12-15T10:00:00Z', named, ...usage);
    expect(before?.usage).toBe(11_100);
    const next = {
      period: ['2026-12-15T10:00:00Z', '2027-01-15T00:00:00Z'],
      usage: 100_000,
      before: ['2026-11-15T10:00:00Z', '2026-12-15T10:00:00Z', 11_100],
      bill: ['2027-01-15T00:00:00Z', 31, 4_900],
    };
    expect(after).toEqual([next, next]);
  });

  it('makes one period of what the calendar would cut', () => {
    const long = anniversary({
      current_period_start: at('2026-11-20T10:00:00Z'),
      current_period_end: at('2027-02-20T10:00:00Z'),
    });
    const one = ['2026-11-20T10:00:00Z', '2027-02-20T10:00:00Z'];
    for (const turn of ['2026-12-15T00:00:00Z', '2027-01-15T00:00:00Z', '2027-02-15T00:00:00Z']) {
      expect(turns(turn, long).map(({ period }) => period)).toEqual([one, one, one]);
    }
    expect(turns('2027-02-20T10:00:00Z', long).map(({ bill }) => bill)).toEqual([
      ['2027-02-20T10:00:00Z', 0, 4_900],
      ['2027-03-15T00:00:00Z', 23, 4_900],
      ['2027-03-15T00:00:00Z', 23, 4_900],
    ]);
  });

  it('counts up to 366 times 24 hours after the start, not a microsecond longer', () => {
    const billOf = (end: string) =>
      tellAt(
        '2026-11-23T00:00:00Z',
        anniversary({
          current_period_start: at('2026-11-15T10:00:00Z'),
          current_period_end: at(end),
        }),
      ).bill?.[0];
    expect(billOf('2027-11-16T10:00:00Z')).toBe('2027-11-16T10:00:00Z');
    expect(billOf('2027-11-16T10:00:00.000001Z')).toBe('2026-12-15T00:00:00Z');
  });

  it.each([
    ['without a start', { current_period_end: at('2026-12-03T10:00:00Z') }],
    [
      'at its start',
      {
        current_period_start: at('2026-11-15T00:00:00Z'),
        current_period_end: at('2026-11-15T00:00:00Z'),
      },
    ],
    [
      'before its start',
      {
        current_period_start: at('2026-11-15T00:00:00Z'),
        current_period_end: at('2026-10-15T00:00:00Z'),
      },
    ],
  ])('%s counts for nothing, and is not refused', (_, terms) => {
    const iso = '2026-11-23T00:00:00Z';
    expect(tellAt(iso, anniversary(terms), ...usage)).toEqual(tellAt(iso, anniversary(), ...usage));
  });

  it('says nothing before its start, when that cuts', () => {
    const ahead = anniversary({
      current_period_start: at('2026-11-20T10:00:00Z'),
      current_period_end: at('2026-12-20T10:00:00Z'),
    });
    expect(turns('2026-11-20T10:00:00Z', ahead).map(({ bill }) => bill)).toEqual([
      ['2026-12-15T00:00:00Z', 25, 4_900],
      ['2026-12-20T10:00:00Z', 30, 4_900],
      ['2026-12-20T10:00:00Z', 30, 4_900],
    ]);
  });
});

describe('a named period before the start of the subscription', () => {
  it('leaves nothing unknown of the period after it, whatever usage came when', () => {
    const named = anniversary({
      ...started('2026-12-10T10:00:00Z'),
      billing_time: 'calendar',
      plan: aPlan({ interval: 'semiannual' }),
      current_period_start: at('2026-10-31T08:00:00Z'),
      current_period_end: at('2026-11-07T08:00:00Z'),
    });
    const use = (iso: string) => aUsage({ timestamp: at(iso), value: '1' });
    const before = ['2026-10-20T00:00:00Z', '2026-11-01T00:00:00Z', '2026-11-22T00:00:00Z'].map(
      use,
    );
    const { reasons, summary } = given(named, ...before, use('2026-12-10T05:00:00Z')).at(
      '2026-12-10T10:00:00Z',
    );
    expect(reasons).toEqual([]);
    expect(summary.upcoming_charges[0]?.usage_amount_cents).toBe(1);
    expect(given(named, ...before).at('2026-12-10T10:00:00Z').reasons).toEqual([]);
  });
});

describe('an end of the subscription on the day of a boundary', () => {
  const ending = (iso: string, terms: Partial<SubscriptionSnapshot> = {}) =>
    anniversary({ ending_at: at(iso), ...terms });

  it('is where the last period ends, for usage too: nothing turns at midnight', () => {
    const last = {
      period: ['2026-11-15T00:00:00Z', '2026-12-15T10:00:00Z'],
      usage: 11_110,
      before: ['2026-10-15T00:00:00Z', '2026-11-15T00:00:00Z', 1],
    };
    const events = [ending('2026-12-15T10:00:00Z'), ...usage.slice(0, 5)];
    expect(turns('2026-12-15T00:00:00Z', ...events)).toEqual([
      { ...last, bill: ['2026-12-15T10:00:00Z', 1, 0] },
      { ...last, bill: ['2026-12-15T10:00:00Z', 0, 0] },
      { ...last, bill: ['2026-12-15T10:00:00Z', 0, 0] },
    ]);
  });

  it('ends it at its instant', () => {
    const [before, ...after] = turns('2026-12-15T10:00:00Z', ending('2026-12-15T10:00:00Z'));
    expect(before?.bill).toEqual(['2026-12-15T10:00:00Z', 0, 0]);
    const over = { period: undefined, usage: undefined, before: undefined, bill: undefined };
    expect(after).toEqual([over, over]);
  });

  it('in arrears the plan is due with the final bill', () => {
    const arrears = ending('2026-12-15T10:00:00Z', { plan: aPlan({ pay_in_advance: false }) });
    expect(tellAt('2026-12-15T05:00:00Z', arrears).bill).toEqual([
      '2026-12-15T10:00:00Z',
      0,
      4_900,
    ]);
  });

  it('on another day the boundary stays, and the bill on it is a full one', () => {
    expect(turns('2026-12-15T00:00:00Z', ending('2026-12-16T00:00:00Z'))).toMatchObject([
      { bill: ['2026-12-15T00:00:00Z', 1, 4_900] },
      {
        period: ['2026-12-15T00:00:00Z', '2026-12-16T00:00:00Z'],
        bill: ['2026-12-16T00:00:00Z', 1, 0],
      },
      { bill: ['2026-12-16T00:00:00Z', 1, 0] },
    ]);
  });

  it('does not undo a start that was said of that day: the biller has begun the period', () => {
    const begun = ending('2026-11-15T15:00:00Z', {
      current_period_start: at('2026-11-15T10:00:00Z'),
    });
    expect(turns('2026-11-15T10:00:00Z', begun, ...usage.slice(0, 3))).toMatchObject([
      { period: ['2026-10-15T00:00:00Z', '2026-11-15T10:00:00Z'], usage: 11 },
      { period: ['2026-11-15T10:00:00Z', '2026-11-15T15:00:00Z'], usage: 100 },
      { period: ['2026-11-15T10:00:00Z', '2026-11-15T15:00:00Z'], usage: 100 },
    ]);
  });
});

describe('the forecast of a limit', () => {
  const limited = (terms: Partial<SubscriptionSnapshot>) =>
    anniversary({ entitlements: [anEntitlement({ value: '3000' })], ...terms });
  const busy = [
    aUsage({ timestamp: at('2026-11-15T02:00:00Z'), value: '300' }),
    aUsage({ timestamp: at('2026-11-16T10:00:00Z'), value: '100' }),
  ];
  const basisAt = (iso: string, subscription: BillingEvent) =>
    given(subscription, ...busy).at(iso).details.features[0]?.runway?.basis ?? null;

  it('is not made from the hours between a boundary and a start that replaces it', () => {
    const replaced = limited({ current_period_start: at('2026-11-15T10:00:00Z') });
    expect(basisAt('2026-11-17T00:00:00Z', replaced)).toBeNull();
  });

  it('is not made from hours that a start on the evening before a boundary leaves', () => {
    const evening = limited({ current_period_start: at('2026-11-14T20:00:00Z') });
    const spike = aUsage({ timestamp: at('2026-11-14T22:00:00Z'), value: '300' });
    const story = given(evening, spike, ...busy).at('2026-11-17T00:00:00Z');
    expect(story.details.subscriptions[0]?.previous_period).toMatchObject({
      start: '2026-11-14T20:00:00Z',
      end: '2026-11-15T00:00:00Z',
      usage_amount_cents: 300,
    });
    expect(story.details.features[0]?.runway?.basis).toEqual(['period_to_date']);
  });

  it('takes the piece that a cut leaves from a whole day on', () => {
    const whole = limited({ current_period_start: at('2026-11-16T00:00:00Z') });
    expect(basisAt('2026-11-17T00:00:00Z', whole)).toContain('previous_period');
    const short = limited({
      ...started('2026-11-15T00:00:00.001Z'),
      current_period_start: at('2026-11-16T00:00:00Z'),
    });
    expect(basisAt('2026-11-17T00:00:00Z', short)).not.toContain('previous_period');
  });
});
