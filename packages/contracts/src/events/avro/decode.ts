import { type Family } from '@portal/projection';
import { type Decoded } from '../../decoded.ts';
import { checkEvent } from '../check.ts';
import { ContractError } from '../reading.ts';
import { SCHEMA_TEXTS } from '../schema-texts.ts';
import { undecodable, type Undecodable } from '../undecodable.ts';
import { WIRE_HEADER_BYTES } from '../wire.ts';
import { cursorAt, Misfit } from './bytes.ts';
import { compileReader, type Difference } from './compile.ts';
import { type Reader } from './meaning.ts';
import { parseSchema, type AvroNode } from './schema.ts';
import { compileSkip, type Skip } from './skip.ts';

/** Reads values that one schema wrote as events of one family. Building it is slow, using it is not: keep it by schema id. */
export interface AvroResolver {
  readonly family: Family;
  readonly read: Reader;
  /** Passes over a value without reading it. */
  readonly skip: Skip;
}

/**
 * `wrong_schema` when the text is no Avro schema, or when what it writes cannot be read as our schema of the
 * family has it without a guess; the error names the first such field, what it is and what it should be.
 * `references` are the texts of schemas it names, those they name first.
 */
export function createAvroResolver(
  family: Family,
  writerSchema: string,
  references: readonly string[] = [],
): { readonly kind: 'resolver'; readonly resolver: AvroResolver } | Undecodable {
  try {
    const parsed = parseSchema(writerSchema, references);
    if (parsed.kind === 'refused') return undecodable('wrong_schema', null, parsed.reason);
    const { reader, differences } = compileReader(parsed.root, ownSchema(family));
    if (reader === null) return differ(differences);
    const skip = compileSkip(parsed.root, new Map());
    return { kind: 'resolver', resolver: { family, read: reader, skip } };
  } catch (error) {
    // Types that name one another in a chain as long as the stack.
    if (error instanceof RangeError) return undecodable('wrong_schema', null, TOO_DEEP);
    throw error;
  }
}

const TOO_DEEP = 'the types of the schema are nested too deeply';
const ALSO_MAX = 10;

function differ(differences: readonly Difference[]): Undecodable {
  const [first, ...others] = differences;
  const also = others.slice(0, ALSO_MAX).map(({ field }) => field);
  const more = others.length - also.length;
  const rest = also.length === 0 ? '' : `; so are: ${also.join(', ')}`;
  const reason = `${first?.reason ?? ''}${rest}${more > 0 ? ` and ${more} more` : ''}`;
  return undecodable('wrong_schema', first?.field === '' ? null : (first?.field ?? null), reason);
}

const own = new Map<Family, AvroNode>();

/** Our own schema of a family, parsed at its first use. */
function ownSchema(family: Family): AvroNode {
  const known = own.get(family);
  if (known !== undefined) return known;
  const parsed = parseSchema(SCHEMA_TEXTS[family]);
  if (parsed.kind === 'refused') throw new Error(`${family}: ${parsed.reason}`);
  own.set(family, parsed.root);
  return parsed.root;
}

/**
 * Decodes a message's whole value, wire header included, which `readWireHeader` accepted.
 * `logTime` is the log's own time of the record in milliseconds, null when it has none. Never throws.
 */
export function decodeAvroValue(
  resolver: AvroResolver,
  value: Buffer,
  logTime: number | null,
): Decoded {
  try {
    const cursor = cursorAt(value, WIRE_HEADER_BYTES);
    const read = resolver.read(cursor);
    return cursor.position === value.length ? checkEvent(resolver.family, read, logTime) : GARBAGE;
  } catch (error) {
    return whyUnread(resolver, value, error);
  }
}

const GARBAGE = undecodable('avro_garbage', null, 'the bytes are no value of the schema they name');

/** What stands in a field matters only where the bytes are a value at all. */
function whyUnread(resolver: AvroResolver, value: Buffer, error: unknown): Undecodable {
  // RangeError: a type that holds itself, nested until the stack ended.
  if (error instanceof Misfit || error instanceof RangeError) return GARBAGE;
  if (!(error instanceof ContractError)) throw error;
  if (!isValue(resolver.skip, value)) return GARBAGE;
  const field = error.path === '' ? null : error.path;
  return undecodable('contract_invalid', field, error.message);
}

function isValue(skip: Skip, value: Buffer): boolean {
  const cursor = cursorAt(value, WIRE_HEADER_BYTES);
  try {
    skip(cursor);
    return cursor.position === value.length;
  } catch (error) {
    if (error instanceof Misfit || error instanceof RangeError) return false;
    throw error;
  }
}
