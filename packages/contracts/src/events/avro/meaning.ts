import { MICROS_PER_MILLI } from '@portal/billing';
import { ContractError } from '../reading.ts';
import { fitsLong, MUST_FIT_LONG } from '../long.ts';
import { type TextKind } from '../limits.ts';
import {
  type Cursor,
  Misfit,
  readBigLong,
  readBoolean,
  readBytes,
  readInt,
  readLong,
  readText,
} from './bytes.ts';
import { decimalOf, wholeOf } from './decimals.ts';
import { type AvroNode, type EnumNode, type ScalarNode } from './schema.ts';

export type Reader = (cursor: Cursor) => unknown;

/** What the contract may ask for where a single value stands. */
export type Wanted = 'instant' | 'day' | 'version' | 'whole' | 'flag' | 'decimal' | 'text' | 'uuid';

/** How a wanted value is told, with the Avro types that it is read from. */
export const WANTED: Readonly<Record<Wanted, string>> = {
  instant: 'an instant (long as timestamp-micros, timestamp-millis or timestamp-nanos)',
  day: 'a day (int as date)',
  version: 'a whole number (long or int)',
  whole: 'a whole number (long, int or decimal)',
  flag: 'true or false (boolean)',
  decimal: 'a decimal (string, long, int, or bytes or fixed as decimal)',
  text: 'a text (string, enum or bytes)',
  uuid: 'a UUID (string, or fixed of 16 bytes as uuid)',
};

/** What a scalar of our own schema asks for; `kind` is what its texts are, null for other types. */
export function wantedOf(ours: ScalarNode, field: string, kind: TextKind | null): Wanted {
  if (ours.type === 'boolean') return 'flag';
  if (ours.type === 'string') return kind === 'decimal' || kind === 'uuid' ? kind : 'text';
  if (ours.logical === 'timestamp-micros') return 'instant';
  if (ours.logical === 'date') return 'day';
  return field.endsWith('.version') ? 'version' : 'whole';
}

/** How a value of the writer's type is read as what is wanted; null when that would need a guess. */
export function scalarReader(writer: AvroNode, wanted: Wanted): Reader | null {
  if (writer.kind === 'enum') return wanted === 'text' ? enumReader(writer) : null;
  if (writer.kind !== 'scalar') return null;
  if (writer.type === 'null') return () => null;
  switch (wanted) {
    case 'instant':
      return writer.type === 'long' ? (INSTANTS.get(writer.logical ?? '') ?? null) : null;
    case 'day':
      return writer.type === 'int' && writer.logical === 'date' ? readInt : null;
    case 'version':
      return numberReader(writer);
    case 'whole':
      return writer.logical === null ? numberReader(writer) : bytesOf(writer, wholeOf);
    case 'flag':
      return writer.type === 'boolean' ? readBoolean : null;
    case 'decimal':
      return decimalReader(writer);
    case 'uuid':
      return writer.type === 'fixed' ? uuidReader(writer) : textReader(writer);
    case 'text':
      return textReader(writer);
    default:
      return wanted satisfies never;
  }
}

const exactLong: Reader = (cursor) => fitting(readLong(cursor));

function fitting(value: number): number {
  if (!fitsLong(value)) throw new ContractError(MUST_FIT_LONG);
  return value;
}

const NANOS_PER_MICRO = 1_000n;

const INSTANTS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['timestamp-micros', exactLong],
  ['timestamp-millis', (cursor) => fitting(readLong(cursor) * MICROS_PER_MILLI)],
  [
    'timestamp-nanos',
    (cursor) => {
      const nanos = readBigLong(cursor);
      if (nanos % NANOS_PER_MICRO === 0n) return Number(nanos / NANOS_PER_MICRO);
      throw new ContractError('must be a whole number of microseconds');
    },
  ],
]);

function numberReader({ type }: ScalarNode): Reader | null {
  if (type === 'int') return readInt;
  return type === 'long' ? exactLong : null;
}

function decimalReader(writer: ScalarNode): Reader | null {
  if (writer.logical !== null && writer.type !== 'string') return bytesOf(writer, decimalOf);
  if (writer.type === 'string') return readText;
  const number = numberReader(writer);
  return number && ((cursor) => String(number(cursor)));
}

/** Bytes that spell a text must not say that they are something else: the decimal 49 would be read as "1". */
function textReader({ type, logical }: ScalarNode): Reader | null {
  return type === 'string' || (type === 'bytes' && logical === null) ? readText : null;
}

function bytesOf(
  { type, scale, size }: ScalarNode,
  read: (bytes: Buffer, scale: number) => unknown,
): Reader | null {
  if (scale === null) return null;
  return (cursor) => read(readBytes(cursor, type === 'fixed' ? size : readLong(cursor)), scale);
}

function enumReader({ symbols }: EnumNode): Reader {
  return (cursor) => {
    const symbol = symbols[readInt(cursor)];
    if (symbol === undefined) throw new Misfit();
    return symbol;
  };
}

const UUID_BYTES = 16;

function uuidReader({ logical, size }: ScalarNode): Reader | null {
  if (logical !== 'uuid' || size !== UUID_BYTES) return null;
  return (cursor) => {
    const hex = readBytes(cursor, UUID_BYTES).toString('hex');
    const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
    return [...parts, hex.slice(20)].join('-');
  };
}
