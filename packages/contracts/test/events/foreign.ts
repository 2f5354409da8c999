import {
  createAvroResolver,
  type Decoded,
  decodeAvroValue,
  SCHEMA_TEXTS,
  writeWire,
} from '@portal/contracts';
import { type Family } from '@portal/projection';
import avsc, { type Schema } from 'avsc';

/** Schemas of other producers, made from ours, and the values that they write. */
export type Node = Record<string, unknown>;

export const schemaOf = (family: Family): Node => JSON.parse(SCHEMA_TEXTS[family]) as Node;

/** Our schema of a family, with what stands at each place whose field has one of the names replaced; null stays. */
export function foreign(
  family: Family,
  names: readonly string[],
  change: (type: unknown) => unknown,
): string {
  return JSON.stringify(schemaOf(family), (_, node: unknown) => {
    const field = node as { readonly name?: string; readonly type?: unknown } | null;
    if (typeof field !== 'object' || !names.includes(field?.name ?? '')) return node;
    const { type } = field ?? {};
    if (typeof (field as Node)['fields'] === 'object') return node;
    const changed = Array.isArray(type)
      ? type.map((branch: unknown) => (branch === 'null' ? branch : change(branch)))
      : change(type);
    const { default: _default, ...rest } = field as Node;
    return { ...rest, type: changed };
  });
}

/** Written with avsc alone, by any schema: what another producer would send. */
export const written = (schema: string, value: unknown): Buffer =>
  writeWire(
    7,
    avsc.Type.forSchema(JSON.parse(schema) as Schema, { wrapUnions: 'auto' }).toBuffer(value),
  );

export function outcomeOf(family: Family, schema: string, bytes: Buffer): Decoded {
  const built = createAvroResolver(family, schema);
  return built.kind === 'resolver' ? decodeAvroValue(built.resolver, bytes, null) : built;
}

/** What becomes of a value that another producer wrote with its own schema. */
export const outcome = (family: Family, schema: string, value: unknown): Decoded =>
  outcomeOf(family, schema, written(schema, value));
