import { ENTRIES_MAX, TEXT_KINDS } from '../limits.ts';
import { ContractError } from '../reading.ts';
import { Misfit, readLong } from './bytes.ts';
import { listReader, mapReader, stepsReader, type Step } from './composed.ts';
import { describe } from './describe.ts';
import { scalarReader, WANTED, wantedOf, type Reader } from './meaning.ts';
import { type AvroNode, type FieldNode, type RecordNode, type UnionNode } from './schema.ts';
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
  if (ours.kind === 'array' && writer.kind === 'array') {
    return listReader(compile(writer.items, ours.items, entriesOf(at), work), keepsOf(at));
  }
  if (ours.kind === 'map' && writer.kind === 'map') {
    return mapReader(compile(writer.values, ours.values, entriesOf(at), work), keepsOf(at));
  }
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

/** One entry above the limit is kept, so that the check sees it; more are passed over. */
function keepsOf({ place }: Place): number {
  const max = (ENTRIES_MAX as Readonly<Record<string, number>>)[place];
  if (max === undefined) throw new Error(`limits.ts has no number of entries for ${place}`);
  return max + 1;
}
