import { type WaitingPartition } from '@portal/projector';
import { isoOf } from './iso-of.ts';
import { table } from './table.ts';
import { terminalText } from './terminal-text.ts';

/** What waits for a person: a table, and below it what was found of each partition, whole. */
export function waitingText(waiting: readonly WaitingPartition[]): string {
  if (waiting.length === 0) return 'nothing waits';
  const rows = waiting.map(({ partition, found, since, seen, generation }) => [
    ...[partition, found.kind, isoOf(since), isoOf(seen)],
    generation,
  ]);
  const details = waiting.map(({ partition, detail }) => `${partition}: ${terminalText(detail)}`);
  return [
    table(['partition', 'found', 'since', 'last seen', 'generation'], rows),
    '',
    ...new Set(details),
  ].join('\n');
}
