import { ENTRIES_MAX, RANGES_MAX, TEXT_KINDS, TEXT_MAX, type TextKind } from '@portal/contracts';

/** A place of a schema: a field, or what stands inside it, as limits.ts names them (`Usage.dimensions[]`). */
export interface SchemaPlace {
  readonly place: string;
  /** Dotted path of the field in a value: `subscription.charges.filters.properties`. */
  readonly path: string;
  readonly type: unknown;
  readonly doc: string;
}

interface Node {
  readonly [name: string]: unknown;
}

/** Every field of a schema. Named types are followed once each, where they are defined. */
export function fieldPlaces(schema: unknown, path = ''): readonly SchemaPlace[] {
  if (Array.isArray(schema)) return schema.flatMap((branch) => fieldPlaces(branch, path));
  if (typeof schema !== 'object' || schema === null) return [];
  const node = schema as Node;
  const fields = Array.isArray(node['fields']) ? (node['fields'] as Node[]) : [];
  const own = fields.flatMap((field) => {
    const name = String(field['name']);
    const at = path === '' ? name : `${path}.${name}`;
    const place = `${String(node['name'])}.${name}`;
    return [
      { place, path: at, type: field['type'], doc: String(field['doc']) },
      ...fieldPlaces(field['type'], at),
    ];
  });
  return [...own, ...['items', 'values'].flatMap((part) => fieldPlaces(node[part], path))];
}

/** Every place inside a field's type where a text stands, or a list or map with its number of entries. */
export function boundedPlaces({ place, type }: Pick<SchemaPlace, 'place' | 'type'>): {
  readonly texts: readonly string[];
  readonly lists: readonly string[];
} {
  if (Array.isArray(type)) {
    const inside = type.map((branch: unknown) => boundedPlaces({ place, type: branch }));
    return {
      texts: inside.flatMap(({ texts }) => texts),
      lists: inside.flatMap(({ lists }) => lists),
    };
  }
  const node = (typeof type === 'string' ? { type } : type) as Node;
  const items = node['items'] ?? node['values'];
  if (items === undefined) return { texts: node['type'] === 'string' ? [place] : [], lists: [] };
  const inside = boundedPlaces({ place: `${place}[]`, type: items });
  const keys = node['type'] === 'map' ? [`${place}{}`] : [];
  return { texts: [...keys, ...inside.texts], lists: [place, ...inside.lists] };
}

/** The last sentence of a field's `doc`; empty where there is nothing to bound, or its form bounds it. */
export function limitSentence({ place, type }: Pick<SchemaPlace, 'place' | 'type'>): string {
  const { lists } = boundedPlaces({ place, type });
  if (lists.length > 0) return entriesSentence(lists);
  const kind = TEXT_KINDS.get(place);
  const max = kind === undefined ? null : charactersOf(kind);
  if (max === null) return '';
  if (kind !== 'properties') return `At most ${max} characters.`;
  return `At most ${max} characters, blanks and unknown names not counted, and ${RANGES_MAX} ranges.`;
}

function entriesSentence([list = '', inner]: readonly string[]): string {
  const entries = `At most ${entriesOf(list)} entries`;
  const keys = TEXT_KINDS.get(`${list}{}`);
  if (keys === undefined) return `${entries}.`;
  const values = inner === undefined ? '' : ` of at most ${entriesOf(inner)} values`;
  const kind = TEXT_KINDS.get(`${inner ?? list}[]`);
  const text = kind === undefined ? null : charactersOf(kind);
  return `${entries}${values}; a key has at most ${charactersOf(keys)} characters, a value ${text}.`;
}

const entriesOf = (place: string): number | undefined =>
  (ENTRIES_MAX as Readonly<Record<string, number>>)[place];

/** null: a UUID, a currency, a zone, a language or a word of a closed set has a form of its own. */
export function charactersOf(kind: TextKind): number | null {
  switch (kind) {
    case 'id':
    case 'name':
    case 'value':
    case 'note':
    case 'properties':
    case 'decimal':
      return TEXT_MAX[kind];
    case 'uuid':
    case 'currency':
    case 'word':
    case 'zone':
    case 'locale':
      return null;
    default:
      return kind satisfies never;
  }
}
