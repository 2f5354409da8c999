import { excerpt } from '@portal/contracts';
import { type Coordinates, partitionName } from '@portal/projection';
import { type ParkedRecord, type Storm } from '@portal/stores';
import { offsetText } from '@portal/streams';
import { terminalText } from '../terminal-text.ts';
import { type Excerpt } from './excerpts.ts';
import { type Generation } from './generation.ts';
import { type ShownHeader } from './headers.ts';
import { type ParkedNow, type ShownRecord, type Today } from './shown.ts';
import { isoOf } from '../iso-of.ts';
import { placeText, REASON_MAX } from './words.ts';

/** What is told of a place: the record, or why the log does not hold it. */
export type RecordOrGone = ShownRecord | { readonly gone: string };

/** For people: a line each, the content below. */
export function shownText(
  at: Coordinates,
  record: RecordOrGone,
  now: ParkedNow,
  generation: Generation,
): string {
  const parked = line('parked', parkedText(now, generation));
  if ('gone' in record) return [placeText(at), line('log', record.gone), parked].join('\n');
  const { cameAt, headers, more, length, schemaId, customer, today, content } = record;
  return [
    placeText(at),
    line('came', cameAt === null ? 'the log has no time of it' : isoOf(cameAt)),
    line('key', excerptText(record.key)),
    ...headers.map((header) => line('header', headerText(header))),
    ...(more === 0 ? [] : [line('', `and ${more} more headers`)]),
    line('length', length === null ? 'no value' : `${length} bytes`),
    line('schema id', schemaId === null ? '-' : String(schemaId)),
    line('customer', customer ?? '-'),
    parked,
    line('today', todayText(today, now)),
    ...(content.kind === 'none' ? [] : ['', contentText(content)]),
  ].join('\n');
}

const line = (name: string, text: string): string =>
  `  ${name.padEnd('schema id  '.length)}${terminalText(text)}`;

const headerText = ({ name, value, length }: ShownHeader): string =>
  `${name}: ${value ?? `(not shown, ${length} characters)`}`;

function excerptText(shown: Excerpt): string {
  switch (shown.kind) {
    case 'none':
      return '-';
    case 'text':
      return `${shown.text}${moreText(shown.moreCharacters, 'characters')}`;
    case 'hex':
      return `hex ${shown.hex}${moreText(shown.moreBytes, 'bytes')}`;
    default:
      return shown satisfies never;
  }
}

const moreText = (more: number, what: string): string =>
  more === 0 ? '' : ` … and ${more} more ${what}`;

/** Line by line: those of JSON are ours, everything else in it is not. */
const contentText = (content: Excerpt): string =>
  excerptText(content).split('\n').map(terminalText).join('\n');

function parkedText(now: ParkedNow, { name, live }: Generation): string {
  const where = `in generation ${name}${live ? ' (live)' : ''}`;
  switch (now.kind) {
    case 'parked': {
      const { firstSeen, lastSeen } = now.record;
      return `${where}, first seen ${isoOf(firstSeen)}, last seen ${isoOf(lastSeen)}: ${causeText(now.record)}`;
    }
    case 'in_storms':
      return `${where}, it may be one of a storm: ${now.storms.map(stormText).join('; ')}`;
    case 'not_parked':
      return `not ${where}`;
    default:
      return now satisfies never;
  }
}

const stormText = ({ code, field, first, last, count, ...at }: Storm): string =>
  `${count} records of ${partitionName(at)} from ${offsetText(first)} to ${offsetText(last)}, ${code}${field === null ? '' : ` of ${field}`}`;

const causeText = ({ code, field, reason }: Cause): string =>
  `${code}${field === null ? '' : ` of ${excerpt(field, FIELD_MAX)}`}: ${excerpt(reason, REASON_MAX)}`;

type Cause = Pick<ParkedRecord, 'code' | 'field' | 'reason'>;

/** Fields are named as the value names them. */
const FIELD_MAX = 200;

function todayText(today: Today, now: ParkedNow): string {
  switch (today.kind) {
    case 'decodes':
      return decodesText(now);
    case 'means_nothing':
      return `${today.why}: it changes nothing`;
    case 'fails': {
      const same =
        today.isAsParked === true
          ? 'the same error as it is parked for'
          : 'another error than it is parked for';
      return `${today.isAsParked === null ? '' : `${same}, `}${causeText(today.error)}`;
    }
    default:
      return today satisfies never;
  }
}

function decodesText(now: ParkedNow): string {
  switch (now.kind) {
    case 'parked':
      return now.record.code === 'fold_failed'
        ? 'it decodes, as it did: its customer had no room for it'
        : 'it decodes today: a redrive would apply it';
    case 'in_storms':
      return 'it decodes today: it is none of the storm, or a redrive would apply it';
    case 'not_parked':
      return 'it decodes';
    default:
      return now satisfies never;
  }
}
