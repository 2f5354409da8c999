import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { type Figure, type Goal, median as medianOf, type RowName } from './row.ts';

export interface Report {
  /** The command that gives this again. */
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly figures: readonly Figure[];
}

/** A figure as it is told, to people and to programs. */
export interface ReportRow {
  readonly row: RowName;
  readonly what: string;
  readonly unit: string;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Such as `>= 0.85 (aim 1)`; null: only shown. */
  readonly goal: string | null;
  /** Whether the median reached what it must; null without a goal. */
  readonly reached: boolean | null;
}

export const reportRows = (figures: readonly Figure[]): readonly ReportRow[] =>
  figures.map(({ row, what, unit, values, goal }) => ({
    ...{ row, what, unit },
    ...{ min: Math.min(...values), median: medianOf(values), max: Math.max(...values) },
    goal: goal === null ? null : goalText(goal),
    reached: goal === null ? null : isReached(goal, medianOf(values)),
  }));

/** Where and when: figures mean nothing without. */
export function describeEnvironment(): Readonly<Record<string, string>> {
  const [cpu] = cpus();
  return {
    machine: `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    'load at the start': loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
    node: process.version,
    commit: describeCommit(),
    date: new Date().toISOString(),
  };
}

/** Unknown without git, or in a folder that is no clone. */
function describeCommit(): string {
  const git = (...args: string[]): string | null => {
    const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : null;
  };
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === null) return 'unknown';
  const changes = git('status', '--porcelain', '--untracked-files=no');
  return changes === '' ? commit : `${commit}, changed`;
}

/** The report as Markdown: what is printed is what is written. */
export function reportText({ command, environment, figures }: Report): string {
  const facts = Object.entries({ command: `\`${command}\``, ...environment });
  const rows = reportRows(figures).map(({ row, what, min, median, max, unit, goal, reached }) => [
    ...[row, what, ...[min, median, max].map(numberText), unit],
    ...[goal ?? '', reached === null ? '' : reached ? 'yes' : 'no'],
  ]);
  return [
    '# Benchmark results',
    '',
    'Floors and ours are measured in turn in one run: the ratios are what to look at.',
    '',
    ...facts.map(([name, value]) => `- ${name}: ${value}`),
    '',
    ...table([HEADINGS, HEADINGS.map(() => '---'), ...rows]),
    '',
  ].join('\n');
}

const HEADINGS = ['row', 'what', 'min', 'median', 'max', 'unit', 'goal', 'reached'];

const goalText = ({ kind, must, aim }: Goal): string =>
  `${kind === 'at_least' ? '>=' : '<='} ${must}${aim === null ? '' : ` (aim ${aim})`}`;

/** What could not be measured reaches nothing. */
const isReached = ({ kind, must }: Goal, value: number): boolean =>
  kind === 'at_least' ? value >= must : value <= must;

/** Three digits are more than such measurements can tell. */
const numberText = (value: number): string =>
  value >= 100 ? String(Math.round(value)) : value.toPrecision(3);

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = widths.map((width, column) => {
      const cell = row[column] ?? '';
      return cell === '---' ? '-'.repeat(width) : cell.padEnd(width);
    });
    return `| ${cells.join(' | ')} |`;
  });
}
