import { describe, expect, it } from '@jest/globals';
import type { Unavailable } from '@portal/projection';
import { aCharge, anEntitlement, aSubscription, at, aUsage, given } from '@portal/testkit';
import standing from '../../../packages/billing/test/fixtures/standing.json' with { type: 'json' };
import { en } from '../src/speech/messages/en.ts';
import { reasonKey, subscriptionReasons } from '../src/words.ts';

describe('reasons in plain words', () => {
  it.each([
    ["unknown charge model 'auction'", 'This kind of price is not known here yet.'],
    ["unknown aggregation 'median'", 'This way of counting usage is not known here yet.'],
    [
      'aggregation latest needs points, 3 events are counters',
      'Its usage was not reported in the form its price needs.',
    ],
    [
      'a recurring sum needs events of kind change, since the subscription began there are counter events',
      'Its usage was not reported in the form its price needs.',
    ],
    [
      'a recurring unique_count needs unique events, since the subscription began there are point events',
      'Its usage was not reported in the form its price needs.',
    ],
    [
      'aggregation weighted_sum needs points or changes, the period has counter events',
      'Its usage was not reported in the form its price needs.',
    ],
    [
      'aggregation weighted_sum needs either points or changes, there are both',
      'Its usage was not reported in the form its price needs.',
    ],
    ['recurring has no meaning on aggregation count', 'Its price is not set up completely.'],
    [
      'free_units_per_events looks at single events of the period: its charge cannot be recurring',
      'Its price is not set up completely.',
    ],
    [
      'free_units_per_events needs the aggregation sum or count, not max',
      'Its price is not set up completely.',
    ],
    ['amount_cents is missing on 3 of 5 events', 'Some of its usage was reported without a price.'],
    [
      'previous period: period_not_kept: usage of the period from 2024-12-23T03:00:00Z is not kept',
      'Usage of this period is not kept.',
    ],
    [
      'usage_amount_cents is 1152921504606846976, more than an amount can hold',
      'The amount is too large to be shown.',
    ],
    ['ranges[0].rate is not a decimal', 'Its price is not set up completely.'],
    ['amount is missing', 'Its price is not set up completely.'],
    [
      'ledger_cap: metric api_calls has more than 2000 events on 2026-11-23',
      'There is more usage than can be looked at.',
    ],
    [
      'history_trimmed: usage from before 2026-06-04 may be missing, and all since the subscription began is needed',
      'Some usage since the subscription began may no longer be on record.',
    ],
    ['package_size is not positive', 'Its price is not set up completely.'],
    ['something nobody has thought of', 'It could not be worked out.'],
  ])('%s', (reason, text) => {
    expect(en[reasonKey(reason)]).toBe(text);
  });

  it('are there for each way in which changes, members and recurring charges cannot be reckoned', () => {
    const reasons = standing.flatMap(({ reason }) => (reason === null ? [] : [reason]));
    expect(reasons.length).toBeGreaterThan(10);
    expect(reasons.filter((reason) => reasonKey(reason) === 'reason.other')).toEqual([]);
  });

  it('are there for what a read says of periods that are not kept, and of seats that were counted', () => {
    const seats = aSubscription({
      charges: [aCharge({ metric_code: 'seats', aggregation: 'sum', recurring: true })],
      entitlements: [anEntitlement({ feature_code: 'seats', value: '10' })],
    });
    const used = ['2026-11-18', '2026-11-19', '2026-11-20'].map((day) =>
      aUsage({ metric_code: 'seats', timestamp: at(`${day}T00:00:00Z`) }, { event_id: day }),
    );
    const keysAt = (iso: string) => {
      const { unavailable } = given(seats, ...used).at(iso).details;
      return [...new Set(unavailable.map(({ reason }) => reasonKey(reason)))];
    };
    expect(keysAt('2026-11-23T10:00:00Z')).toEqual(['reason.form']);
    expect(keysAt('2026-08-10T00:00:00Z')).toEqual(['reason.notKept']);
    // September is kept, August before it is not.
    expect(keysAt('2026-09-10T00:00:00Z')).toEqual(['reason.notKept']);
  });

  it('are said once, of the subscription and the period they belong to', () => {
    const line = (reason: string, more: Partial<Unavailable> = {}): Unavailable => ({
      subscription_id: 'one',
      charge_id: null,
      feature_code: null,
      reason,
      ...more,
    });
    const lines = [
      line('usage_amount_cents is 10, more than an amount can hold'),
      line('total_estimated_cents is 10, more than an amount can hold'),
      line("unknown charge model 'auction'", { charge_id: 'a charge' }),
      line("unknown aggregation 'median'", { feature_code: 'a feature' }),
      line("previous period: unknown charge model 'auction'", { charge_id: 'a charge' }),
      line('amount is missing', { subscription_id: 'another' }),
    ];
    expect(subscriptionReasons(lines, 'one', 'current')).toEqual([
      { key: 'reason.tooLarge', reasons: [lines[0]!.reason, lines[1]!.reason] },
    ]);
    expect(subscriptionReasons(lines, 'one', 'previous')).toEqual([
      { key: 'reason.model', reasons: ["previous period: unknown charge model 'auction'"] },
    ]);
  });
});
