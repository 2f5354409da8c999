import {
  DEFAULT_SETTINGS,
  type Settings,
  type SubscriptionEvent,
  trimmedFrom,
} from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  answerAt,
  aSubscription,
  at,
  aUsage,
  foldBatches,
  type Log,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { cutAt, logIn, refOf, settingsOf, standing } from './cut-logs.ts';

describe('where the oldest record that is left came at noon of 10 June', () => {
  const settings = settingsOf([[0, trimmedFrom(at('2026-06-10T12:00:00Z'))]]);
  const seats = (iso: string, value: string) =>
    aUsage({ metric_code: 'seats', kind: 'change', value, timestamp: at(iso) }, { event_id: iso });
  // As early as a record can come, in the last moment before that one; and that one.
  const [lost, oldest] = [seats('2026-06-11T12:00:00Z', '5'), seats('2026-06-09T00:00:00Z', '2')];
  const unitsOf = (started: string, more: Partial<SubscriptionEvent['subscription']> = {}) => {
    const started_at = at(started);
    const terms = aSubscription({
      ...{ started_at, subscription_at: null, created_at: started_at, ...more },
      charges: standing('seats', 'sum'),
      entitlements: [anEntitlement({ feature_code: 'rooms' }), anEntitlement()],
    });
    const events = [terms, lost, oldest, seats('2026-06-20T00:00:00Z', '1')];
    const told = (log: Log, given: Settings) => {
      const { details } = answerAt(
        foldBatches(refOf(terms), log, given),
        at('2026-07-10T00:00:00Z'),
        given,
      );
      const { units, reason } = details.subscriptions[0]?.charges[0] ?? {};
      const features = details.features.map(({ current_usage }) => current_usage);
      return { units, limit: reason?.split(':')[0] ?? null, features };
    };
    return {
      whole: told(logIn(events, 99), DEFAULT_SETTINGS),
      left: told(cutAt(logIn(events, 99), [1]), settings),
    };
  };
  const silent = { units: null, limit: 'history_trimmed', features: [null, null] };

  it('says nothing of a subscription that began on the day of the last usage that is gone', () => {
    const { whole, left } = unitsOf('2026-06-11T23:59:59Z');
    expect(whole.units).toBe('6');
    expect(left).toEqual(silent);
    expect(unitsOf('2026-06-13T11:59:59Z').left).toEqual(silent);
  });

  it('says all of one that began three days later', () => {
    const { whole, left } = unitsOf('2026-06-13T12:00:00Z');
    expect(whole).toEqual({ units: '1', limit: null, features: ['0', '0'] });
    expect(left).toEqual(whole);
  });

  it('says nothing of one that was agreed upon before, or started before it was agreed upon', () => {
    const early = at('2026-06-01T00:00:00Z');
    expect(unitsOf('2026-06-20T00:00:00Z', { subscription_at: early }).left).toEqual(silent);
    const late = { started_at: early, subscription_at: at('2026-06-20T00:00:00Z') };
    expect(unitsOf('2026-06-20T00:00:00Z', late).left).toEqual(silent);
  });

  it('says what a metric of counters came to, charged or not, and why another line is wrong anyway', () => {
    const terms = aSubscription({
      started_at: at('2026-01-15T00:00:00Z'),
      charges: [
        ...standing('calls', 'sum', 'count'),
        aCharge({ metric_code: 'calls', aggregation: 'sum', properties: { amount: '1' } }),
      ],
      entitlements: [anEntitlement({ feature_code: 'exports' })],
    });
    const calls = aUsage({ metric_code: 'calls', timestamp: at('2026-07-05T00:00:00Z') });
    const exports = aUsage(
      { metric_code: 'exports', value: '4', timestamp: at('2026-07-05T00:00:00Z') },
      { event_id: 'exports' },
    );
    const record = foldBatches(refOf(terms), logIn([terms, calls, exports], 99), settings);
    const { details } = answerAt(record, at('2026-07-10T00:00:00Z'), settings);
    expect(details.subscriptions[0]?.charges.map(({ units }) => units)).toEqual([null, null, '1']);
    expect(details.features[0]?.current_usage).toBe('4');
    const reasons = details.unavailable.map(({ reason }) => reason);
    expect(reasons.filter((reason) => !reason.startsWith('previous period: '))).toEqual([
      expect.stringContaining('needs events of kind change'),
      expect.stringContaining('recurring has no meaning'),
    ]);
  });
});
