import { type BillingEvent, customerRef, type Entry } from '@portal/projection';
import { answerAt, at, CUSTOMER, foldBatches, markOn, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { SINGLE_EVENTS_MAX } from '../../src/fold/kinds/single-events.ts';
import { gauge, level } from './seeing.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const entry = (event: BillingEvent, partition: number, offset: number): Entry => ({
  kind: 'event',
  at: { family: event.family, partition, offset },
  event,
});

describe('a full day that was dropped behind the horizon', () => {
  const full = Array.from({ length: SINGLE_EVENTS_MAX + 1 }, (_, index) =>
    level(`full-${index}`, at('2025-01-15T12:00:00Z'), '9'),
  );
  const usage = [level('older', at('2025-01-10T00:00:00Z'), '4'), ...full, ...markOn('2026-11-10')];
  const shown = (...more: readonly BillingEvent[]) => {
    const log = [[entry(gauge, 0, 0)], [...usage, ...more].map((e, index) => entry(e, 0, index))];
    const answer = answerAt(foldBatches(ref, log), at('2026-11-20T00:00:00Z'));
    const [charge] = answer.details.subscriptions[0]?.charges ?? [];
    return charge?.units ?? charge?.reason;
  };

  it('may have held the last point: an older one is not taken for it', () => {
    expect(shown()).toMatch(/^ledger_cap: metric disk .* on 2025-01-15$/);
  });

  it('does not matter any more once there is a newer point', () => {
    expect(shown(level('newer', at('2026-10-20T00:00:00Z'), '6'))).toBe('6');
  });
});
