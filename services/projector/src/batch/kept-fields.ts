import { isIdField } from '@portal/projection';

type Texts = ReadonlyMap<string, string | null>;

/** Side fields of one customer that stay in memory with its state: today's cells of a few metrics. */
const FIELDS_MAX = 8;
/** A larger one, characters, is loaded again: a busy day of single events. */
const CHARACTERS_MAX = 4_096;

/**
 * What is known of side fields after a write, so that the next event of the customer need not load them: those that were
 * written, then those that were read. Not event ids, which the store itself adds to.
 */
export function keptFields(
  read: Texts,
  {
    set,
    remove,
  }: { readonly set: ReadonlyMap<string, string>; readonly remove: readonly string[] },
): Texts {
  const kept = new Map<string, string | null>();
  const keep = (name: string, text: string | null): void => {
    const isSmall = text === null || text.length <= CHARACTERS_MAX;
    if (kept.size < FIELDS_MAX && isSmall && !isIdField(name)) kept.set(name, text);
  };
  for (const [name, text] of set) keep(name, text);
  for (const name of remove) keep(name, null);
  // Of a field that was written, what was read before is of no use, also where it is too large to be kept.
  for (const [name, text] of read) if (!set.has(name) && !kept.has(name)) keep(name, text);
  return kept;
}
