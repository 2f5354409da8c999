import { shown } from '../field-path.ts';

/**
 * An Avro schema as far as values depend on it. Names are resolved, defaults and documentation play no part:
 * what a writer put into its schema beside the types cannot make its values unreadable.
 */
export type AvroNode = ScalarNode | EnumNode | ArrayNode | MapNode | RecordNode | UnionNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly type:
    'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string' | 'fixed';
  /** As written; whether it fits its type is for the reader to see. */
  readonly logical: string | null;
  /** Digits behind the point of a well-formed `decimal`; null for every other type. */
  readonly scale: number | null;
  /** Bytes of a `fixed`; 0 for every other type. */
  readonly size: number;
}
export interface EnumNode {
  readonly kind: 'enum';
  readonly symbols: readonly string[];
}
export interface ArrayNode {
  readonly kind: 'array';
  readonly items: AvroNode;
}
export interface MapNode {
  readonly kind: 'map';
  readonly values: AvroNode;
}
export interface RecordNode {
  readonly kind: 'record';
  /** Without its namespace. */
  readonly name: string;
  readonly fields: readonly FieldNode[];
}
export interface FieldNode {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: AvroNode;
  readonly hasDefault: boolean;
}
export interface UnionNode {
  readonly kind: 'union';
  readonly branches: readonly AvroNode[];
}

export type ParsedSchema =
  | { readonly kind: 'schema'; readonly root: AvroNode }
  | { readonly kind: 'refused'; readonly reason: string };

/** No schema of events is as long: building a reader costs in proportion to it. */
const SCHEMA_CHARACTERS_MAX = 1_000_000;
const NESTING_MAX = 100;

/** Reads a schema's JSON text. `references` are the texts of schemas that it names, those they name first. */
export function parseSchema(text: string, references: readonly string[] = []): ParsedSchema {
  const names = new Map<string, AvroNode>();
  try {
    for (const reference of references) nodeOf(json(reference), around('', names));
    return { kind: 'schema', root: nodeOf(json(text), around('', names)) };
  } catch (error) {
    if (!(error instanceof SchemaFault)) throw error;
    return { kind: 'refused', reason: error.message };
  }
}

class SchemaFault extends Error {}

interface Around {
  readonly namespace: string;
  readonly names: Map<string, AvroNode>;
  readonly depth: number;
}
const around = (namespace: string, names: Map<string, AvroNode>): Around => ({
  namespace,
  names,
  depth: 0,
});

type Attributes = Readonly<Record<string, unknown>>;

function json(text: string): unknown {
  if (text.length > SCHEMA_CHARACTERS_MAX) {
    throw new SchemaFault(`the schema has more than ${SCHEMA_CHARACTERS_MAX} characters`);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SchemaFault('the schema is not JSON');
  }
}

function nodeOf(raw: unknown, outer: Around): AvroNode {
  if (outer.depth > NESTING_MAX) {
    throw new SchemaFault(`the schema is nested deeper than ${NESTING_MAX} levels`);
  }
  const inside = { ...outer, depth: outer.depth + 1 };
  if (typeof raw === 'string') return SCALARS.get(raw) ?? definedAs(raw, outer);
  if (Array.isArray(raw)) {
    return { kind: 'union', branches: raw.map((branch) => nodeOf(branch, inside)) };
  }
  const given = attributes(raw, 'a type');
  switch (given['type']) {
    case 'record':
    case 'error':
      return recordOf(given, inside);
    case 'enum':
      return define(given, outer, { kind: 'enum', symbols: texts(given['symbols'], 'symbols') });
    case 'fixed':
      return define(given, outer, fixedOf(given));
    case 'array':
      return { kind: 'array', items: nodeOf(given['items'], inside) };
    case 'map':
      return { kind: 'map', values: nodeOf(given['values'], inside) };
    default:
      return withLogical(nodeOf(given['type'], inside), given);
  }
}

/** The node exists before its fields do, because they may name it. */
function recordOf(given: Attributes, outer: Around): AvroNode {
  const fields: FieldNode[] = [];
  const { full, namespace } = nameOf(given, outer);
  const node = define(given, outer, { kind: 'record', name: unqualified(full), fields });
  if (!Array.isArray(given['fields'])) {
    throw new SchemaFault(`the record ${shownName(full)} has no list of fields`);
  }
  const seen = new Set<string>();
  for (const raw of given['fields'] as unknown[]) {
    const field = attributes(raw, 'a field');
    const name = nameText(field);
    if (seen.has(name)) {
      throw new SchemaFault(`the record ${shownName(full)} has the field ${shownName(name)} twice`);
    }
    seen.add(name);
    const aliases = field['aliases'] === undefined ? [] : texts(field['aliases'], 'aliases');
    const type = nodeOf(field['type'], { ...outer, namespace });
    fields.push({ name, aliases, type, hasDefault: 'default' in field });
  }
  return node;
}

function define<Node extends AvroNode>(given: Attributes, outer: Around, node: Node): Node {
  const { full } = nameOf(given, outer);
  if (outer.names.has(full)) {
    throw new SchemaFault(`the schema defines the type ${shownName(full)} twice`);
  }
  outer.names.set(full, node);
  return node;
}

function nameOf(given: Attributes, outer: Around): { full: string; namespace: string } {
  const name = nameText(given);
  if (name.includes('.')) return { full: name, namespace: name.slice(0, name.lastIndexOf('.')) };
  const own = given['namespace'];
  const namespace = typeof own === 'string' ? own : outer.namespace;
  return { full: qualified(name, namespace), namespace };
}

function definedAs(name: string, outer: Around): AvroNode {
  const full = name.includes('.') ? name : qualified(name, outer.namespace);
  const node = outer.names.get(full) ?? outer.names.get(name);
  if (node !== undefined) return node;
  throw new SchemaFault(`the schema names the type ${shownName(name)} without defining it`);
}

const qualified = (name: string, namespace: string): string =>
  namespace === '' ? name : `${namespace}.${name}`;

const unqualified = (full: string): string => full.slice(full.lastIndexOf('.') + 1);

function fixedOf(given: Attributes): ScalarNode {
  const size = given['size'];
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new SchemaFault('the schema has a fixed type without a size');
  }
  return withLogical({ ...plain('fixed'), size }, given) as ScalarNode;
}

/** Attributes around a type that has none of its own say what it means. */
function withLogical(node: AvroNode, given: Attributes): AvroNode {
  const logical = given['logicalType'];
  if (node.kind !== 'scalar' || node.logical !== null || typeof logical !== 'string') return node;
  return { ...node, logical, scale: scaleOf(node, given) };
}

function scaleOf({ type }: ScalarNode, given: Attributes): number | null {
  if (given['logicalType'] !== 'decimal' || (type !== 'bytes' && type !== 'fixed')) return null;
  const { scale = 0, precision } = given;
  const isScale = typeof scale === 'number' && Number.isInteger(scale) && scale >= 0;
  return isScale && typeof precision === 'number' && precision >= scale ? scale : null;
}

const plain = (type: ScalarNode['type']): ScalarNode => ({
  kind: 'scalar',
  type,
  logical: null,
  scale: null,
  size: 0,
});

const SCALARS: ReadonlyMap<string, ScalarNode> = new Map(
  (['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const).map(
    (type) => [type, plain(type)],
  ),
);

function attributes(raw: unknown, what: string): Attributes {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as Attributes;
  throw new SchemaFault(`the schema has ${what} that is neither a name nor an object`);
}

function nameText(given: Attributes): string {
  const { name } = given;
  if (typeof name === 'string' && name !== '') return name;
  throw new SchemaFault('the schema has a type or a field without a name');
}

function texts(raw: unknown, what: string): readonly string[] {
  if (Array.isArray(raw) && raw.every((one) => typeof one === 'string')) return raw;
  throw new SchemaFault(`the schema has ${what} that are no list of texts`);
}

/** A name of a schema may be qualified. */
const SHOWN_MAX = 60;
const shownName = (name: string): string => shown(name, SHOWN_MAX);
