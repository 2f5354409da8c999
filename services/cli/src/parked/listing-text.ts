import { partitionName } from '@portal/projection';
import { type ParkedRecord } from '@portal/stores';
import { offsetText } from '@portal/streams';
import { table } from '../table.ts';
import { terminalText } from '../terminal-text.ts';
import { type Generation } from './generation.ts';
import { type ListedStorm, type Listing, type ParkedCount } from './listing.ts';
import { isoOf } from '../iso-of.ts';
import { placeText } from './words.ts';

/** A listing for people: each part only where there is something of it. */
export function listingText(
  listing: Listing,
  { name, live }: Generation,
  isFiltered: boolean,
): string {
  const { records, storms, counts, beyond, decisionsProblem } = listing;
  const generation = `generation ${terminalText(name)}${live ? ' (live)' : ''}`;
  const nothing = isFiltered ? 'nothing that is parked is of that kind' : 'nothing is parked';
  const heading = counts.length === 0 ? `${nothing} in ${generation}` : generation;
  const parts = [
    [heading],
    records.length === 0 ? [] : [table(RECORD_HEAD, records.map(recordCells))],
    moreText(listing.moreRecords, 'records'),
    storms.length === 0 ? [] : ['', 'storms, one entry each:', stormTable(storms)],
    moreText(listing.moreStorms, 'storms'),
    decisionsProblem === null
      ? []
      : [`which storms are accepted is not known: ${terminalText(decisionsProblem)}`],
    counts.length === 0 ? [] : ['', table(COUNT_HEAD, counts.map(countCells))],
    beyond.count === 0 ? [] : ['', beyondText(beyond)],
  ];
  return parts.flat().join('\n');
}

const moreText = (more: number, what: string): readonly string[] =>
  more === 0 ? [] : [`more ${what}: ${more}; --limit lists more of them`];

/** Organization and customer apart, so that the ids stand there whole. */
const RECORD_HEAD = [
  ...['at', 'code', 'field', 'organization', 'customer', 'reason', 'first seen', 'last seen'],
];

function recordCells(record: ParkedRecord): readonly string[] {
  const [organization = '-', customer = '-'] = record.ref?.split(':') ?? [];
  return [
    ...[placeText(record), record.code, record.field ?? '-', organization, customer, record.reason],
    ...[isoOf(record.firstSeen), isoOf(record.lastSeen)],
  ];
}

const STORM_HEAD = [
  ...['partition', 'code', 'field', 'schema', 'offsets', 'records', 'accepted'],
  ...['first seen', 'last seen'],
];

const stormTable = (storms: readonly ListedStorm[]): string =>
  table(
    STORM_HEAD,
    storms.map((storm) => [
      ...[partitionName(storm), storm.code, storm.field ?? '-', String(storm.schema_id ?? '-')],
      `${offsetText(storm.first)} to ${offsetText(storm.last)}`,
      ...[String(storm.count), acceptedText(storm.accepted)],
      ...[isoOf(storm.firstSeen), isoOf(storm.lastSeen)],
    ]),
  );

const acceptedText = (accepted: boolean | null): string => {
  if (accepted === null) return 'not known';
  return accepted ? 'yes' : 'no';
};

const COUNT_HEAD = ['code', 'family', 'one by one', 'in storms'];

const countCells = ({ code, family, single, inStorms }: ParkedCount): readonly string[] => [
  ...[code, family, String(single), String(inStorms)],
];

/** Customers that are named one by one; `--json` names as many as `--limit` says. */
const NAMED_MAX = 10;

function beyondText({ count, customers }: Listing['beyond']): string {
  const named = customers.slice(0, NAMED_MAX);
  const more = count - named.length;
  return [
    `customers beyond the limit of holes: ${count}`,
    ...named.map((ref) => `  ${terminalText(ref)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n');
}
