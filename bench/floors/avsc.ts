import avsc from 'avsc';
import { SCHEMA_TEXTS } from '@portal/contracts';
import { FAMILIES } from '@portal/projection';
import { type Batch } from '../fold/batches.ts';

const HEADER_BYTES = 5;

/** Floor of the fold: every value decoded with a cached resolver, nothing checked or kept. Returns how many. */
export function createFloor(): (batch: Batch) => number {
  const types = new Map(
    FAMILIES.map((family) => {
      const schema = JSON.parse(SCHEMA_TEXTS[family]) as avsc.Schema;
      const type = avsc.Type.forSchema(schema, { omitRecordMethods: true });
      return [family, { type, resolver: type.createResolver(type) }];
    }),
  );
  return ({ family, values }) => {
    const known = types.get(family);
    if (known === undefined) throw new Error(`${family} has no schema`);
    for (const value of values) known.type.decode(value, HEADER_BYTES, known.resolver);
    return values.length;
  };
}
