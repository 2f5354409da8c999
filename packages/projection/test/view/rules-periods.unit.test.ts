import { DEFAULT_SETTINGS, type SubscriptionSnapshot } from '@portal/projection';
import {
  aCharge,
  aPlan,
  aSubscription,
  at,
  aUsage,
  given,
  givenWith,
  type Story,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { usageCents } from '../charges.ts';
import { around } from '../instants.ts';
import { moving, started } from '../next-bill.ts';

/** date and days until of the first row, a millisecond before an instant, at it and after it. */
const turn = (story: Story, iso: string) =>
  around(iso).map((each) => moving(story.at(each).summary.next_billing[0])?.slice(0, 2));

const shown = (story: Story, iso: string) =>
  around(iso).map((each) => {
    const period = story.at(each).details.subscriptions[0]?.current_period;
    return period && [period.start, period.end];
  });

type Turn = readonly [
  name: string,
  terms: Partial<SubscriptionSnapshot>,
  boundary: string,
  next: string,
  days: number,
];

const every = (interval: SubscriptionSnapshot['plan']['interval']) => aPlan({ interval });
const from = (iso: string): Partial<SubscriptionSnapshot> => ({
  ...started(iso),
  billing_time: 'anniversary',
});

describe('one stored document turns to the next period at its boundary', () => {
  it.each<Turn>([
    ['weeks', { plan: every('weekly') }, '2026-11-30T00:00:00Z', '2026-12-07T00:00:00Z', 7],
    ['quarters', { plan: every('quarterly') }, '2027-01-01T00:00:00Z', '2027-04-01T00:00:00Z', 90],
    [
      'half-years',
      { plan: every('semiannual') },
      '2026-07-01T00:00:00Z',
      '2027-01-01T00:00:00Z',
      184,
    ],
    ['years', { plan: every('yearly') }, '2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z', 365],
  ])('calendar %s', (_, terms, boundary, next, days) => {
    expect(turn(given(aSubscription(terms)), boundary)).toEqual([
      [boundary, 1],
      [next, days],
      [next, days],
    ]);
  });

  it.each<Turn>([
    [
      'a week from a Thursday',
      { ...from('2026-01-15T09:30:00Z'), plan: every('weekly') },
      '2026-11-26T00:00:00Z',
      '2026-12-03T00:00:00Z',
      7,
    ],
    [
      'the 31st after February',
      from('2026-01-31T18:00:00Z'),
      '2026-02-28T00:00:00Z',
      '2026-03-31T00:00:00Z',
      31,
    ],
    [
      '30 April, day_of_month',
      from('2026-04-30T18:00:00Z'),
      '2026-05-30T00:00:00Z',
      '2026-06-30T00:00:00Z',
      31,
    ],
    [
      '30 April, end_of_month',
      { ...from('2026-04-30T18:00:00Z'), month_end: 'end_of_month' },
      '2026-05-31T00:00:00Z',
      '2026-06-30T00:00:00Z',
      30,
    ],
    [
      'quarters from 30 May',
      { ...from('2021-05-30T00:00:00Z'), plan: every('quarterly') },
      '2022-02-28T00:00:00Z',
      '2022-05-30T00:00:00Z',
      91,
    ],
    [
      'half-years from 31 August',
      { ...from('2025-08-31T00:00:00Z'), plan: every('semiannual') },
      '2026-02-28T00:00:00Z',
      '2026-08-31T00:00:00Z',
      184,
    ],
    [
      '29 February into a leap year',
      { ...from('2024-02-29T00:00:00Z'), plan: every('yearly') },
      '2027-02-28T00:00:00Z',
      '2028-02-29T00:00:00Z',
      366,
    ],
    [
      '29 February out of a leap year',
      { ...from('2024-02-29T00:00:00Z'), plan: every('yearly') },
      '2028-02-29T00:00:00Z',
      '2029-02-28T00:00:00Z',
      365,
    ],
  ])('anniversary: %s', (_, terms, boundary, next, days) => {
    expect(turn(given(aSubscription(terms)), boundary)).toEqual([
      [boundary, 1],
      [next, days],
      [next, days],
    ]);
  });

  it.each<Turn>([
    [
      'half an hour off',
      { timezone: 'Asia/Kolkata' },
      '2026-11-30T18:30:00Z',
      '2026-12-31T18:30:00Z',
      31,
    ],
    [
      'with the offset of each date',
      { timezone: 'America/New_York' },
      '2026-11-01T04:00:00Z',
      '2026-12-01T05:00:00Z',
      30,
    ],
    [
      'a Monday right after the clocks changed',
      { timezone: 'Europe/Paris', plan: every('weekly') },
      '2026-10-25T23:00:00Z',
      '2026-11-01T23:00:00Z',
      7,
    ],
    [
      'a midnight that does not exist, in Cairo',
      { ...from('2026-01-24T10:00:00Z'), timezone: 'Africa/Cairo' },
      '2026-04-23T22:00:00Z',
      '2026-05-23T21:00:00Z',
      30,
    ],
    [
      'a midnight that does not exist, in Santiago',
      { ...from('2026-06-06T12:00:00Z'), timezone: 'America/Santiago' },
      '2026-09-06T04:00:00Z',
      '2026-10-06T03:00:00Z',
      30,
    ],
    [
      'the earlier of two midnights, in Havana',
      { timezone: 'America/Havana' },
      '2026-11-01T04:00:00Z',
      '2026-12-01T05:00:00Z',
      30,
    ],
    [
      'an anchor cut to its local day, not to that of UTC',
      { ...from('2026-01-31T23:30:00Z'), timezone: 'Europe/Paris' },
      '2026-02-28T23:00:00Z',
      '2026-03-31T22:00:00Z',
      31,
    ],
  ])('local: %s', (_, terms, boundary, next, days) => {
    expect(turn(given(aSubscription(terms)), boundary)).toEqual([
      [boundary, 1],
      [next, days],
      [next, days],
    ]);
  });

  it('in the configured zone when neither subscription nor customer names one, usage too', () => {
    const settings = { ...DEFAULT_SETTINGS, defaultTimezone: 'Asia/Tokyo' };
    const charges = [aCharge({ aggregation: 'sum', properties: { amount: '1' } })];
    const story = givenWith(
      settings,
      aSubscription({ charges }),
      aUsage({ timestamp: at('2026-11-30T14:59:59.999999Z'), value: '7' }),
      aUsage({ timestamp: at('2026-11-30T15:00:00Z'), value: '50' }),
    );
    expect(turn(story, '2026-11-30T15:00:00Z')).toEqual([
      ['2026-11-30T15:00:00Z', 1],
      ['2026-12-31T15:00:00Z', 31],
      ['2026-12-31T15:00:00Z', 31],
    ]);
    const usage = around('2026-11-30T15:00:00Z').map(
      (iso) => story.at(iso).summary.upcoming_charges[0]?.usage_amount_cents,
    );
    expect(usage).toEqual([7, 50, 50]);
  });
});

describe('the newest terms cut the whole current period', () => {
  const charges = [aCharge({ aggregation: 'sum', properties: { amount: '1' } })];
  const events = [
    aSubscription({ charges }),
    aUsage({ timestamp: at('2026-02-10T00:00:00Z'), value: '3' }),
    aUsage({ timestamp: at('2026-11-10T00:00:00Z'), value: '50' }),
  ];

  it.each<[string, Partial<SubscriptionSnapshot>, number]>([
    ['as it was', {}, 50],
    ['another interval: the calendar year', { plan: every('yearly') }, 53],
    ['another anchor: from 15 November', { billing_time: 'anniversary' }, 0],
  ])('%s', (_, terms, cents) => {
    const later = aSubscription({ version: 2, charges, ...terms });
    expect(usageCents('2026-11-23T10:00:00Z', ...events, later)).toBe(cents);
  });
});

describe('a current_period_start, without an event', () => {
  const CUT = '2026-11-10T06:00:00Z';
  const story = given(
    aSubscription({
      current_period_start: at(CUT),
      charges: [aCharge({ aggregation: 'sum', properties: { amount: '1' } })],
    }),
    aUsage({ timestamp: at('2026-11-05T00:00:00Z'), value: '7' }),
  );

  it('takes over from that instant on: earlier usage counts until then, the bill stays', () => {
    const usage = around(CUT).map(
      (iso) => story.at(iso).summary.upcoming_charges[0]?.usage_amount_cents,
    );
    expect(usage).toEqual([7, 0, 0]);
    expect(shown(story, CUT)).toEqual([
      ['2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
      [CUT, '2026-12-01T00:00:00Z'],
      [CUT, '2026-12-01T00:00:00Z'],
    ]);
    expect(turn(story, CUT)).toEqual(Array(3).fill(['2026-12-01T00:00:00Z', 21]));
  });

  it('says nothing of the next period', () => {
    expect(shown(story, '2026-12-01T00:00:00Z')).toEqual([
      [CUT, '2026-12-01T00:00:00Z'],
      ['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
      ['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ]);
  });
});

describe('the period that details show', () => {
  it('is cut at the start only while it lies inside, and at the end only from its period on', () => {
    const story = given(
      aSubscription({
        ...started('2026-11-10T09:30:00Z'),
        ending_at: at('2026-12-20T08:00:00Z'),
      }),
    );
    expect(shown(story, '2026-12-01T00:00:00Z')).toEqual([
      ['2026-11-10T09:30:00Z', '2026-12-01T00:00:00Z'],
      ['2026-12-01T00:00:00Z', '2026-12-20T08:00:00Z'],
      ['2026-12-01T00:00:00Z', '2026-12-20T08:00:00Z'],
    ]);
  });
});
