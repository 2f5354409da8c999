import { MICROS_PER_DAY } from '@portal/billing';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { type Tally } from '@portal/streams';
import { table } from './table.ts';

/**
 * What became of the lines: `read` is the sum of all the others. The names are those of the metric
 * `portal_projector_records_total`, and `skipped` for lines that became no record.
 */
export type LineCounts = Readonly<Record<string, number>> & { readonly read: number };

/** Said even when there are none. */
export const ALWAYS_SAID = {
  start: ['applied', 'duplicate', 'late', 'parked', 'skipped'],
  publish: ['published', 'refused', 'skipped'],
} as const;

const MEANING: Readonly<Record<string, string>> = {
  applied: 'changed a dashboard',
  published: 'sent to Kafka',
  refused: 'against the contract; not sent',
  duplicate: 'an event or version that was there already',
  stale: 'older than a version that was there already',
  conflict: 'another content under an event id or version that was there already',
  late: 'usage older than its customer’s ledger reaches; not counted',
  redelivered: 'given before',
  erased: 'of a customer who was erased',
  parked: 'not taken in; each is a hole in its customer’s dashboard',
  unknown_type: 'of an event type that is not known in its topic',
  null: 'without a value',
  skipped: 'no event at all: no JSON, no topic, or a place in the log that is taken',
  waiting: 'read and not yet applied',
};

/** Puts what was counted while reading and what became of the records together. */
export function lineCounts(
  tally: Readonly<Tally>,
  outcomes: ReadonlyMap<string, number>,
  always: readonly string[],
): LineCounts {
  const { read, skipped } = tally;
  const counted = [...outcomes.values()].reduce((sum, count) => sum + count, 0);
  const known = Object.fromEntries(
    Object.keys(MEANING).flatMap((name) => {
      const count = outcomes.get(name) ?? 0;
      return count > 0 || always.includes(name) ? [[name, count] as const] : [];
    }),
  );
  const waiting = read - skipped - counted;
  return {
    read,
    ...known,
    ...Object.fromEntries(outcomes),
    skipped,
    ...(waiting === 0 ? {} : { waiting }),
  };
}

/** What nobody may overlook: usage that was given and is in no number. null when there is none. */
export function lateText({ late = 0 }: LineCounts): string | null {
  if (late === 0) return null;
  const days = DEFAULT_SETTINGS.ledgerHorizon / MICROS_PER_DAY;
  return `late usage: ${late}, not counted: older than the ledger reaches, ${days} days behind the third-newest day with usage of its customer`;
}

const wordOf = (name: string): string => name.replaceAll('_', ' ');

/** A table for people who look on, one line for everybody else. */
export function lineCountsText(counts: LineCounts, isTerminal: boolean): string {
  const { read, ...rest } = counts;
  const rows = Object.entries(rest);
  if (!isTerminal) {
    return `lines read ${read}: ${rows.map(([name, count]) => `${wordOf(name)} ${count}`).join(', ')}`;
  }
  return table(
    ['lines', '', ''],
    [
      ['read', String(read), ''],
      ...rows.map(([name, count]) => [wordOf(name), String(count), MEANING[name] ?? '']),
    ],
  );
}
