import {
  enterRecord,
  leaveRecord,
  Misfit,
  readBlocks,
  readBoolean,
  readInt,
  readLong,
  skipBytes,
  skipSized,
  type Cursor,
} from './bytes.ts';
import { type AvroNode, type RecordNode, type ScalarNode } from './schema.ts';

/** Passes over one value; throws Misfit when the bytes hold none. */
export type Skip = (cursor: Cursor) => void;

/** What is known already: types may hold themselves, and be named any number of times. */
export type KnownSkips = Map<AvroNode, Skip>;

export function compileSkip(node: AvroNode, known: KnownSkips): Skip {
  const made = known.get(node);
  if (made !== undefined) return made;
  if (node.kind === 'record') return recordSkip(node, known);
  const skip = simpleSkip(node, known);
  known.set(node, skip);
  return skip;
}

/** Types that take no bytes are recognised, so that no number of them costs any time. */
export const skipNothing: Skip = () => undefined;

function recordSkip(node: RecordNode, known: KnownSkips): Skip {
  let steps: readonly Skip[] = [];
  const skip: Skip = (cursor) => {
    enterRecord(cursor);
    for (const step of steps) step(cursor);
    leaveRecord(cursor);
  };
  known.set(node, skip);
  steps = node.fields
    .map((field) => compileSkip(field.type, known))
    .filter((step) => step !== skipNothing);
  if (steps.length === 0) known.set(node, skipNothing);
  return steps.length === 0 ? skipNothing : skip;
}

function simpleSkip(node: Exclude<AvroNode, RecordNode>, known: KnownSkips): Skip {
  switch (node.kind) {
    case 'scalar':
      return scalarSkip(node);
    case 'enum':
      return (cursor) => {
        if (node.symbols[readInt(cursor)] === undefined) throw new Misfit();
      };
    case 'array':
      return blocksSkip(compileSkip(node.items, known));
    case 'map': {
      const value = compileSkip(node.values, known);
      return blocksSkip((cursor) => {
        skipSized(cursor);
        value(cursor);
      });
    }
    case 'union': {
      const branches = node.branches.map((branch) => compileSkip(branch, known));
      return (cursor) => {
        const branch = branches[readLong(cursor)];
        if (branch === undefined) throw new Misfit();
        branch(cursor);
      };
    }
    default:
      return node satisfies never;
  }
}

const blocksSkip =
  (entry: Skip): Skip =>
  (cursor) => {
    readBlocks(cursor, null, entry);
  };

function scalarSkip({ type, size }: ScalarNode): Skip {
  switch (type) {
    case 'null':
      return skipNothing;
    case 'boolean':
      return readBoolean;
    case 'int':
      return readInt;
    case 'long':
      return readLong;
    case 'float':
      return bytesSkip(4);
    case 'double':
      return bytesSkip(8);
    case 'fixed':
      return size === 0 ? skipNothing : bytesSkip(size);
    case 'bytes':
    case 'string':
      return skipSized;
    default:
      return type satisfies never;
  }
}

const bytesSkip =
  (size: number): Skip =>
  (cursor) => {
    skipBytes(cursor, size);
  };
