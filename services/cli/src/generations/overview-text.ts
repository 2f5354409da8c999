import { table } from '../table.ts';
import { terminalText } from '../terminal-text.ts';
import { type GenerationRow, type Overview } from './overview.ts';

/** Groups that are named one by one; the others are counted. */
const GROUPS_SHOWN = 10;

export function overviewText(seen: Overview, now: number): string {
  const { identity, generations, complete, otherGroups, groupsProblem } = seen;
  const lines = [
    `store ${terminalText(identity ?? 'without an identity: no projector ever ran on it')}`,
  ];
  if (generations.length > 0) {
    lines.push(
      table(
        HEAD,
        generations.map((row) => cellsOf(row, now)),
      ),
    );
  } else {
    lines.push('no generations');
  }
  if (!complete) lines.push('more keys than could be looked at: sizes are lower bounds');
  if (groupsProblem !== null) lines.push(`groups are not known: ${terminalText(groupsProblem)}`);
  if (otherGroups !== null && otherGroups.length > 0) {
    const shown = otherGroups.slice(0, GROUPS_SHOWN).map(terminalText).join(', ');
    const more = otherGroups.length - GROUPS_SHOWN;
    lines.push(
      `groups of these topics that are not this store's: ${shown}${more > 0 ? ` and ${more} more` : ''}`,
    );
  }
  return lines.join('\n');
}

const HEAD = [
  'generation',
  'state',
  'fed by',
  'last fed',
  'keys',
  'about',
  'newest event',
  'group',
];

function cellsOf(row: GenerationRow, now: number): readonly string[] {
  const { live, fedBy } = row;
  const state = [live ? 'live' : null, fedBy.length > 0 ? 'fed' : 'not fed'];
  return [
    row.generation,
    state.filter((word) => word !== null).join(', '),
    fedBy.length > 2
      ? `${fedBy.slice(0, 2).join(' ')} +${fedBy.length - 2}`
      : fedBy.join(' ') || '-',
    agoOf(row.lastFed, now),
    String(row.keys),
    row.bytes === null ? '-' : bytesText(row.bytes),
    agoOf(row.newestEvent, now),
    row.group === null ? '-' : 'yes',
  ];
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
] as const;

function agoOf(instant: string | null, now: number): string {
  if (instant === null) return '-';
  const seconds = Math.max(0, Math.round((now - Date.parse(instant)) / 1_000));
  const [unit, size] = UNITS.find(([, length]) => seconds >= 2 * length) ?? ['s', 1];
  return `${Math.floor(seconds / size)} ${unit} ago`;
}

function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(1)} KB`;
}
