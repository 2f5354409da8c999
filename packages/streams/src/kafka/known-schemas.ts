import { type AvroResolver, createAvroResolver, type DecodeError } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { type SchemaAnswer } from './registry.ts';
import { type OursAnswer } from './subjects.ts';

export type KnownSchema =
  | { readonly kind: 'resolver'; readonly resolver: AvroResolver }
  | { readonly kind: 'refused'; readonly error: DecodeError };

export type Away = Extract<OursAnswer, { readonly kind: 'away' }>;

export interface KnownSchemas {
  /** What the values of this schema id are read with. Costs a request only for an id that is new, or was refused. */
  learn(family: Family, id: number): Promise<KnownSchema | Away>;
  /**
   * Asks again for an id that is known, unless that was done in the last ten seconds. True: it has another schema
   * now, the registry was filled anew.
   */
  askAgain(family: Family, id: number): Promise<boolean | Away>;
}

export interface SchemaSources {
  readonly fetchSchema: (id: number) => Promise<SchemaAnswer>;
  /** Asked before a refusal is believed. */
  readonly isOurs: (family: Family) => Promise<OursAnswer>;
}

/** How long "the registry does not know this id" is believed, so that one bad producer is not a flood of requests. */
const REFUSED_TTL_MS = 10_000;
/** Of ids that were refused: bytes that are no Avro name any of four billion. One takes some 300 bytes. */
const REFUSED_MAX = 1_000;
/** An id in use is asked for again this often: a registry that was emptied gives ids anew. */
const RECHECK_MS = 60_000;

interface Readable {
  readonly schema: KnownSchema & { readonly kind: 'resolver' };
  /** What it was made from. */
  readonly source: string;
  askedAt: number;
}

/**
 * What is known of schema ids, by family. A resolver is kept while it is used, but what an id means is asked for again
 * beside the work, every minute. While the registry is away, or says nothing that can be used, what was known stays:
 * it read the records so far.
 */
export function createKnownSchemas(
  { fetchSchema, isOurs }: SchemaSources,
  now: () => number = Date.now,
): KnownSchemas {
  const readable = new Map<string, Readable>();
  /** Oldest first. */
  const refused = new Map<string, { readonly error: DecodeError; readonly until: number }>();

  const refuse = (name: string, error: DecodeError): KnownSchema => {
    refused.delete(name);
    refused.set(name, { error, until: now() + REFUSED_TTL_MS });
    const [oldest] = refused.keys();
    if (refused.size > REFUSED_MAX && oldest !== undefined) refused.delete(oldest);
    return { kind: 'refused', error };
  };
  const ask = async (family: Family, id: number): Promise<Readable | KnownSchema | Away> => {
    const startedAt = now();
    const answer = await fetchSchema(id);
    if (answer.kind === 'away') return answer;
    const made = answer.kind === 'refused' ? answer : readableOf(family, answer, now());
    if ('schema' in made) return made;
    const ours = await isOurs(family);
    if (ours.kind === 'away') return ours;
    // What was registered between the two questions is no refusal: it is asked for again soon.
    return ours.askedAt < startedAt
      ? { kind: 'refused', error: made.error }
      : { kind: 'away', reason: 'the schema registry is being filled' };
  };
  const askAgain = async (family: Family, id: number): Promise<boolean | Away> => {
    const name = `${family}/${id}`;
    const before = readable.get(name);
    if (before === undefined || now() - before.askedAt < REFUSED_TTL_MS) return false;
    // Set at once, so that what is asked meanwhile does not ask as well.
    before.askedAt = now();
    const answer = await ask(family, id);
    if (!('schema' in answer)) return answer.kind === 'away' ? answer : false;
    if (answer.source === before.source) return false;
    readable.set(name, answer);
    return true;
  };

  return {
    learn: async (family, id) => {
      const name = `${family}/${id}`;
      const known = readable.get(name);
      if (known !== undefined) {
        if (now() - known.askedAt >= RECHECK_MS) void askAgain(family, id);
        return known.schema;
      }
      const no = refused.get(name);
      if (no !== undefined && no.until > now()) return { kind: 'refused', error: no.error };
      const answer = await ask(family, id);
      if ('schema' in answer) {
        refused.delete(name);
        readable.set(name, answer);
        return answer.schema;
      }
      return answer.kind === 'refused' ? refuse(name, answer.error) : answer;
    },
    askAgain,
  };
}

function readableOf(
  family: Family,
  { text, references }: Extract<SchemaAnswer, { kind: 'schema' }>,
  askedAt: number,
): Readable | { readonly error: DecodeError } {
  const schema = createAvroResolver(family, text, references);
  if (schema.kind !== 'resolver') return schema;
  return { schema, source: JSON.stringify([text, references]), askedAt };
}
