import avsc, { type Type, type types } from 'avsc';
import { fitsLong } from './long.ts';

/**
 * Walks an Avro value without building it. The Avro library trusts block counts and lengths: eight bytes
 * that announce a billion items make it allocate until the process dies, so no value is decoded before
 * its structure was found to fit in its own bytes.
 */
export interface Skimmed {
  /** Where a whole number stands that cannot be read exactly, `usage.timestamp`; null when there is none. */
  readonly tooLarge: string | null;
}

/** null when the bytes from `start` to the end are not exactly one value of the type. */
export type Skim = (bytes: Uint8Array, start: number) => Skimmed | null;

/** `reader` names the fields that are read later: a number too large in any other one does no harm. */
export function compileSkim(type: Type, reader: Type): Skim {
  const read = pathsOf(reader, '');
  const step = stepOf(type, '', { read, records: new Map() });
  return (bytes, start) => {
    const cursor: Cursor = { bytes, position: start, indices: [], tooLarge: null };
    try {
      step(cursor);
    } catch (error) {
      // RangeError: a recursive type nested until the stack ended.
      if (error instanceof Misfit || error instanceof RangeError) return null;
      throw error;
    }
    return cursor.position === bytes.length ? { tooLarge: cursor.tooLarge } : null;
  };
}

/** Every place of a type that is not recursive, named as in `stepOf`. */
function pathsOf(type: Type, path: string): ReadonlySet<string> {
  const inside = (): readonly (readonly [Type, string])[] => {
    if (type instanceof avsc.types.RecordType) {
      return type.fields.map((field) => [field.type, inPath(path, field.name)]);
    }
    if (type instanceof avsc.types.ArrayType) return [[type.itemsType, `${path}[]`]];
    if (type instanceof avsc.types.MapType) return [[type.valuesType as Type, `${path}[]`]];
    return isUnion(type) ? type.types.map((branch) => [branch, path]) : [];
  };
  return new Set([path, ...inside().flatMap(([part, at]) => [...pathsOf(part, at)])]);
}

export const inPath = (path: string, name: string): string =>
  path === '' ? name : `${path}.${name}`;

type Union = types.WrappedUnionType | types.UnwrappedUnionType;
export const isUnion = (type: Type): type is Union =>
  type instanceof avsc.types.WrappedUnionType || type instanceof avsc.types.UnwrappedUnionType;

interface Cursor {
  readonly bytes: Uint8Array;
  position: number;
  /** Positions in the lists around the cursor, outermost first. */
  readonly indices: number[];
  tooLarge: string | null;
}

class Misfit extends Error {}

type Step = (cursor: Cursor) => void;

interface Around {
  /** Paths of the fields that are read. */
  readonly read: ReadonlySet<string>;
  /** The records around this place, by name: a recursive one leads back to them. */
  readonly records: ReadonlyMap<string, Later>;
}

/** `path` is where the value stands, with `[]` for each list around it. */
function stepOf(type: Type, path: string, around: Around): Step {
  if (type instanceof avsc.types.RecordType) return recordStep(type, path, around);
  if (type instanceof avsc.types.ArrayType) {
    return blocksStep(stepOf(type.itemsType, `${path}[]`, around));
  }
  if (type instanceof avsc.types.MapType) {
    const value = stepOf(type.valuesType as Type, `${path}[]`, around);
    return blocksStep((cursor) => {
      skipSized(cursor);
      value(cursor);
    });
  }
  if (isUnion(type)) {
    return unionStep(type.types.map((branch) => stepOf(branch, path, around)));
  }
  if (type instanceof avsc.types.FixedType) {
    const { size } = type;
    return (cursor) => {
      skip(cursor, size);
    };
  }
  return primitiveStep(type.typeName, around.read.has(path) ? path : null);
}

interface Later {
  step: Step;
}

function recordStep(type: types.RecordType, path: string, around: Around): Step {
  const name = type.name ?? '';
  const outer = around.records.get(name);
  if (outer !== undefined) {
    return (cursor) => {
      outer.step(cursor);
    };
  }
  const self: Later = { step: skipNothing };
  const inside = { ...around, records: new Map(around.records).set(name, self) };
  const steps = type.fields.map((field) => stepOf(field.type, inPath(path, field.name), inside));
  self.step = (cursor) => {
    for (const step of steps) step(cursor);
  };
  return self.step;
}

/** Lists and maps: blocks of items, ended by an empty one; a negative count comes with its size in bytes. */
function blocksStep(item: Step): Step {
  return (cursor) => {
    cursor.indices.push(0);
    const depth = cursor.indices.length - 1;
    for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
      if (count < 0) readLong(cursor);
      const items = Math.abs(count);
      // Every item of a believable schema takes a byte at least.
      if (items > left(cursor)) throw new Misfit();
      for (let done = 0; done < items; done += 1) {
        item(cursor);
        cursor.indices[depth] = (cursor.indices[depth] ?? 0) + 1;
      }
    }
    cursor.indices.pop();
  };
}

function unionStep(branches: readonly Step[]): Step {
  return (cursor) => {
    const branch = branches[readLong(cursor)];
    if (branch === undefined) throw new Misfit();
    branch(cursor);
  };
}

/** `path` is null where nobody reads the value. */
function primitiveStep(typeName: string, path: string | null): Step {
  switch (typeName) {
    case 'null':
      return skipNothing;
    case 'boolean':
      return (cursor) => {
        skip(cursor, 1);
      };
    case 'float':
      return (cursor) => {
        skip(cursor, 4);
      };
    case 'double':
      return (cursor) => {
        skip(cursor, 8);
      };
    case 'string':
    case 'bytes':
      return skipSized;
    default:
      return longStep(path);
  }
}

/** int, long and enum are written alike. */
function longStep(path: string | null): Step {
  return (cursor) => {
    if (fitsLong(readLong(cursor)) || path === null) return;
    let list = 0;
    cursor.tooLarge ??= path.replace(/\[\]/g, () => `[${String(cursor.indices[list++] ?? 0)}]`);
  };
}

const skipNothing: Step = () => undefined;

const left = (cursor: Cursor): number => cursor.bytes.length - cursor.position;

function skip(cursor: Cursor, size: number): void {
  if (size < 0 || size > left(cursor)) throw new Misfit();
  cursor.position += size;
}

const skipSized: Step = (cursor) => {
  skip(cursor, readLong(cursor));
};

const LONG_BYTES_MAX = 10;

/** A zigzag number of at most ten bytes; exact where `fitsLong` says so. */
function readLong(cursor: Cursor): number {
  const sign = (cursor.bytes[cursor.position] ?? 0) & 1;
  let value = 0;
  let scale = 1;
  for (let taken = 1; taken <= LONG_BYTES_MAX; taken += 1) {
    const byte = cursor.bytes[cursor.position];
    if (byte === undefined) throw new Misfit();
    cursor.position += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return sign === 0 ? value / 2 : -(value + 1) / 2;
    scale *= 128;
  }
  throw new Misfit();
}
