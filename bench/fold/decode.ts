import {
  createAvroResolver,
  decodeAvroValue,
  readWireHeader,
  SCHEMA_TEXTS,
} from '@portal/contracts';
import { type BillingEvent, FAMILIES, type Family } from '@portal/projection';
import { type Batch } from './batches.ts';

/** Values to events as the projector reads them, with resolvers that are made once. Throws where one cannot be read. */
export function createDecoder(): (batch: Batch) => readonly BillingEvent[] {
  const resolvers = new Map(FAMILIES.map((family) => [family, resolverOf(family)]));
  return ({ family, values }) => {
    const resolver = resolvers.get(family);
    if (resolver === undefined) throw new Error(`${family} has no resolver`);
    return values.map((value) => {
      const header = readWireHeader(value);
      const decoded = decodeAvroValue(resolver, value, null);
      if (header.kind !== 'header' || decoded.kind !== 'event') throw new Error('no event');
      return decoded.event;
    });
  };
}

function resolverOf(family: Family) {
  const made = createAvroResolver(family, SCHEMA_TEXTS[family]);
  if (made.kind !== 'resolver') throw new Error(`the schema of ${family} is refused`);
  return made.resolver;
}
