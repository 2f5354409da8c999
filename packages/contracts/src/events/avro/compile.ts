import { ENTRIES_MAX, TEXT_KINDS } from '../limits.ts';
import { ContractError, pathOfKey } from '../reading.ts';
import {
  enterRecord,
  leaveRecord,
  Misfit,
  readBlocks,
  readLong,
  readText,
  type Cursor,
} from './bytes.ts';
import { describe } from './describe.ts';
import { scalarReader, WANTED, wantedOf, type Reader } from './meaning.ts';
import {
  type ArrayNode,
  type AvroNode,
  type FieldNode,
  type MapNode,
  type RecordNode,
  type UnionNode,
} from './schema.ts';
import { compileSkip, skipNothing, type KnownSkips } from './skip.ts';

/** A place where a writer's schema cannot be read as ours without a guess. */
export interface Difference {
  /** Dotted path of our field, `[]` for the entries of a list or map; empty for the value as a whole. */
  readonly field: string;
  /** `is a double, should be …` */
  readonly reason: string;
}

/**
 * A reader of the values that one schema writes, as ours has them: fields that we do not name are passed over,
 * what the writer lacks is undefined. It walks the bytes once. Null when there are differences.
 *
 * Types are told by what they hold. Names of records play no part, nor do namespaces, defaults and aliases of
 * the writer.
 */
export function compileReader(
  writer: AvroNode,
  ours: AvroNode,
): { readonly reader: Reader | null; readonly differences: readonly Difference[] } {
  const differences: Difference[] = [];
  const work: Work = { differences, skips: new Map(), branches: new Map() };
  const reader = compile(writer, ours, { field: '', place: '' }, work);
  return { reader: differences.length === 0 ? reader : null, differences };
}

interface Work {
  readonly differences: Difference[];
  readonly skips: KnownSkips;
  /** By type and field: unions of unions would otherwise be compiled as often as they can be combined. */
  readonly branches: Map<AvroNode, Map<string, Tried>>;
}

interface Tried {
  readonly reader: Reader;
  readonly differences: readonly Difference[];
}

interface Place {
  /** For people: `subscription.plan.code`. */
  readonly field: string;
  /** For the tables of limits.ts: `Plan.code`. */
  readonly place: string;
}

const entriesOf = ({ field, place }: Place): Place => ({
  field: `${field}[]`,
  place: `${place}[]`,
});

function compile(writer: AvroNode, ours: AvroNode, at: Place, work: Work): Reader {
  if (writer.kind === 'union') return unionReader(writer, ours, at, work);
  if (ours.kind === 'union') {
    // Ours are all of null and one other.
    const [branch = ours] = ours.branches.filter((one) => !isNull(one));
    return compile(writer, branch, at, work);
  }
  if (isNull(writer)) return () => null;
  if (ours.kind === 'record' && writer.kind === 'record') {
    return recordReader(writer, ours, at, work);
  }
  if (ours.kind === 'array' && writer.kind === 'array') return listReader(writer, ours, at, work);
  if (ours.kind === 'map' && writer.kind === 'map') return mapReader(writer, ours, at, work);
  const reader =
    ours.kind === 'scalar'
      ? scalarReader(writer, wantedOf(ours, at.place, TEXT_KINDS.get(at.place) ?? null))
      : null;
  return reader ?? refuse(describe(writer), ours, at, work);
}

const isNull = (node: AvroNode): boolean => node.kind === 'scalar' && node.type === 'null';

function refuse(found: string, ours: AvroNode, at: Place, work: Work): Reader {
  const reason = `is ${found}, should be ${wantedText(ours, at)}`;
  work.differences.push({ field: at.field, reason });
  return skipNothing;
}

/** What the contract asks for at a place of our own schema. */
function wantedText(ours: AvroNode, { place }: Place): string {
  switch (ours.kind) {
    case 'scalar':
      return WANTED[wantedOf(ours, place, TEXT_KINDS.get(place) ?? null)];
    case 'union': {
      const [branch = ours] = ours.branches.filter((one) => !isNull(one));
      return wantedText(branch, { field: '', place });
    }
    case 'record':
    case 'array':
    case 'map':
    case 'enum':
      return describe(ours);
    default:
      return ours satisfies never;
  }
}

/**
 * What one branch alone cannot be read as is a difference. Of several, those that cannot be read are refused
 * where a value holds them; the others are read.
 */
function unionReader(writer: UnionNode, ours: AvroNode, at: Place, work: Work): Reader {
  const given = writer.branches.filter((branch) => !isNull(branch)).length;
  const tried = writer.branches.map((branch) => tryBranch(branch, ours, at, work));
  const isReadable = tried.some(
    ({ differences }, index) => differences.length === 0 && !isNullAt(writer, index),
  );
  if (!isReadable && given > 1) return refuse(describe(writer), ours, at, work);
  if (!isReadable) work.differences.push(...tried.flatMap(({ differences }) => differences));
  const readers = tried.map(({ reader, differences: [first] }) =>
    first === undefined ? reader : refusal(first, at),
  );
  return (cursor) => {
    const read = readers[readLong(cursor)];
    if (read === undefined) throw new Misfit();
    return read(cursor);
  };
}

function tryBranch(branch: AvroNode, ours: AvroNode, at: Place, work: Work): Tried {
  const known = work.branches.get(branch) ?? new Map<string, Tried>();
  work.branches.set(branch, known);
  const made = known.get(at.field);
  if (made !== undefined) return made;
  const differences: Difference[] = [];
  const tried = { reader: compile(branch, ours, at, { ...work, differences }), differences };
  known.set(at.field, tried);
  return tried;
}

const isNullAt = (union: UnionNode, index: number): boolean => {
  const branch = union.branches[index];
  return branch !== undefined && isNull(branch);
};

const refusal =
  ({ field, reason }: Difference, at: Place): Reader =>
  () => {
    const error = new ContractError(reason);
    const inside = field.slice(at.field.length);
    error.path = inside.startsWith('.') ? inside.slice(1) : inside;
    throw error;
  };

interface Step {
  /** null for a field that nobody reads. */
  readonly name: string | null;
  readonly read: Reader;
}

function recordReader(writer: RecordNode, ours: RecordNode, at: Place, work: Work): Reader {
  const read = new Map<FieldNode, FieldNode>();
  for (const field of ours.fields) {
    const written = writtenOf(writer, field);
    if (written !== undefined) read.set(written, field);
    else if (!field.hasDefault) missing(field, inRecord(ours, field, at), work);
  }
  const steps = writer.fields.map((written): Step => {
    const field = read.get(written);
    return field === undefined
      ? { name: null, read: compileSkip(written.type, work.skips) }
      : {
          name: field.name,
          read: compile(written.type, field.type, inRecord(ours, field, at), work),
        };
  });
  return stepsReader(
    ours.fields.map(({ name }) => name),
    steps.filter(({ read: step }) => step !== skipNothing),
  );
}

const writtenOf = (writer: RecordNode, { name, aliases }: FieldNode): FieldNode | undefined =>
  writer.fields.find((written) => written.name === name) ??
  writer.fields.find((written) => aliases.includes(written.name));

function missing(field: FieldNode, at: Place, work: Work): void {
  refuse('not in the schema', field.type, at, work);
}

const inRecord = (record: RecordNode, { name }: FieldNode, { field }: Place): Place => ({
  field: field === '' ? name : `${field}.${name}`,
  place: `${record.name}.${name}`,
});

/** All values have one shape, whatever the order of the writer's fields. */
function stepsReader(names: readonly string[], steps: readonly Step[]): Reader {
  const shape = Object.fromEntries(names.map((name) => [name, undefined]));
  return (cursor) => {
    enterRecord(cursor);
    const record: Record<string, unknown> = { ...shape };
    let name: string | null = null;
    try {
      for (const step of steps) {
        name = step.name;
        const value = step.read(cursor);
        if (name !== null) record[name] = value;
      }
    } catch (error) {
      throw error instanceof ContractError && name !== null ? error.within(name) : error;
    }
    leaveRecord(cursor);
    return record;
  };
}

/** One entry above the limit is kept, so that the check sees it; more are passed over. */
const keepsOf = ({ place }: Place): number =>
  ((ENTRIES_MAX as Readonly<Record<string, number>>)[place] ?? 0) + 1;

function listReader(writer: ArrayNode, ours: ArrayNode, at: Place, work: Work): Reader {
  const item = compile(writer.items, ours.items, entriesOf(at), work);
  const keeps = keepsOf(at);
  const add = (cursor: Cursor, list: unknown[]): void => {
    const value = item(cursor);
    if (list.length < keeps) list.push(value);
  };
  return (cursor) => {
    const list: unknown[] = [];
    try {
      readBlocks(cursor, list, add);
    } catch (error) {
      throw error instanceof ContractError ? error.within(`[${list.length}]`) : error;
    }
    return list;
  };
}

function mapReader(writer: MapNode, ours: MapNode, at: Place, work: Work): Reader {
  const value = compile(writer.values, ours.values, entriesOf(at), work);
  const keeps = keepsOf(at);
  return (cursor) => {
    const into: Entries = { map: {}, count: 0 };
    readBlocks(cursor, into, add);
    return into.map;
  };

  function add(cursor: Cursor, into: Entries): void {
    const key = readText(cursor);
    const read = entryOf(value, cursor, key);
    // `__proto__` would become the map's prototype; the contract knows no such key.
    if (key === '__proto__' || into.count >= keeps) return;
    if (Object.hasOwn(into.map, key)) throw new ContractError(TWICE).within(pathOfKey(key));
    into.map[key] = read;
    into.count += 1;
  }
}

interface Entries {
  readonly map: Record<string, unknown>;
  count: number;
}

const TWICE = 'stands twice in the map';

function entryOf(value: Reader, cursor: Cursor, key: string): unknown {
  try {
    return value(cursor);
  } catch (error) {
    throw error instanceof ContractError ? error.within(pathOfKey(key)) : error;
  }
}
