import { type Micros } from '@portal/billing';
import { itemise, viewDetails } from '@portal/projection';
import { documentOf, type Log, type TestRecord } from '@portal/testkit';
import { expect } from '@jest/globals';
import { type UsageEvent } from '@portal/projection';
import { naiveDashboard } from './naive-model.ts';

/** The usage of a log, partition by partition. */
export const usageIn = (log: Log): readonly UsageEvent[] =>
  log
    .flat()
    .flatMap((entry) =>
      entry.kind === 'event' && entry.event.family === 'usage' ? [entry.event] : [],
    );

/** The record answers as the naive model does, line by line, unless it says that it does not know. */
export function expectNaive(
  record: TestRecord,
  log: Log,
  now: Micros,
  trimmedAt: Micros | null = null,
): 'same' | 'not_kept' {
  const document = documentOf(record);
  if (document === null) throw new Error('a log of events makes a customer known');
  const { summary, details, reasons } = viewDetails(document, itemise(record.state), now);
  if (reasons.some(({ code }) => code === 'period_not_kept')) return 'not_kept';
  const expected = naiveDashboard(log, now, trimmedAt);
  const lines = Object.keys(expected.lines).map((id) => [
    id,
    details.subscriptions
      .find(({ subscription_id }) => subscription_id === id)
      ?.charges.map(({ units, events, amount }) => ({ units, events, amount })),
  ]) as readonly (readonly [string, unknown])[];
  expect({ summary, lines: Object.fromEntries(lines) }).toEqual(expected);
  return 'same';
}
