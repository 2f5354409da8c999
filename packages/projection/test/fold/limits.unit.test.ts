import { customerRef, type UsageEvent } from '@portal/projection';
import {
  at,
  aUsage,
  CUSTOMER,
  foldBatches,
  markOn,
  ORGANIZATION,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { METRICS_MAX, SERIES_MAX } from '../../src/fold/usage/metrics.ts';
import { entry } from './seeing.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);

const usage = (
  iso: string,
  id: string,
  more: Partial<UsageEvent['usage']> & { readonly metric_code: string },
): UsageEvent => aUsage({ timestamp: at(iso), ...more }, { event_id: id });

const many = (count: number, make: (index: number) => UsageEvent): readonly UsageEvent[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** The ledger begins in November 2024 then. */
const later = markOn('2026-01-01');

/** Each has usage from before the ledger that counts otherwise for a limit once it is dropped. */
const LOGS: Readonly<Record<string, readonly UsageEvent[]>> = {
  'a metric of which only changes stand is one of the metrics': [
    usage('2024-01-01T00:00:00Z', 'seats', { metric_code: 'seats', kind: 'change', value: '5' }),
    ...later,
    ...many(METRICS_MAX - 1, (index) =>
      usage('2026-01-02T00:00:00Z', `other ${index}`, { metric_code: `other ${index}` }),
    ),
  ],
  'of gauges of the past the oldest is forgotten': [
    ...many(METRICS_MAX - 1, (index) =>
      usage(`202${index === 0 ? 3 : 4}-01-01T00:00:00Z`, `gauge ${index}`, {
        metric_code: `gauge ${index}`,
        kind: 'point',
      }),
    ),
    ...later,
    ...['late', 'later'].map((code) =>
      usage('2024-01-05T00:00:00Z', code, { metric_code: code, kind: 'point' }),
    ),
    usage('2026-01-03T00:00:00Z', 'again', { metric_code: 'gauge 0', kind: 'point' }),
  ],
  'a metric of too many combinations does not stand for changes that came to nothing': [
    ...['5', '-5'].map((value) =>
      usage('2024-01-01T00:00:00Z', value, { metric_code: 'calls', kind: 'change', value }),
    ),
    ...later,
    ...many(SERIES_MAX + 1, (index) =>
      usage('2026-01-02T00:00:00Z', `call ${index}`, {
        metric_code: 'calls',
        dimensions: { region: String(index) },
      }),
    ),
  ],
};

describe('a limit decides the same however the log is cut into batches', () => {
  it.each(Object.entries(LOGS))('%s', (_name, events) => {
    const entries = events.map((event) => entry(event));
    const fold = (batches: readonly (typeof entries)[]): string => {
      try {
        return recordText(foldBatches(ref, batches));
      } catch (error) {
        return String(error);
      }
    };
    const one = fold([entries]);
    // Whole records are too long to be printed.
    expect(fold(entries.map((each) => [each])) === one).toBe(true);
    expect(fold([entries.slice(0, 100), entries.slice(100)]) === one).toBe(true);
  });
});
