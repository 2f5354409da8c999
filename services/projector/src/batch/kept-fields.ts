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
  const known = new Map<string, string | null>(set);
  for (const name of remove) known.set(name, null);
  for (const [name, text] of read) if (!known.has(name)) known.set(name, text);
  const kept = [...known].filter(
    ([name, text]) => !isIdField(name) && (text?.length ?? 0) <= CHARACTERS_MAX,
  );
  return new Map(kept.slice(0, FIELDS_MAX));
}
