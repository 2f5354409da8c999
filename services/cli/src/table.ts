import Table from 'cli-table3';
import pc from 'picocolors';
import { terminalCell } from './terminal-text.ts';

/** A plain table: no frame, a header, as wide as its content, of which long and dangerous texts are cut. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: head.map((name) => pc.dim(name)),
    chars: NO_FRAME,
    style: { 'padding-left': 0, 'padding-right': 2, head: [], border: [] },
  });
  made.push(...rows.map((row) => row.map(terminalCell)));
  return made.toString();
}

const NO_FRAME = Object.fromEntries(
  [
    ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left'],
    ...['bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
  ].map((part) => [part, '']),
);
