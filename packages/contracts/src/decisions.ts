import { FAMILIES } from '@portal/projection';
import avsc, { type Type } from 'avsc';
import * as z from 'zod';
import { SCHEMA_TEXTS } from './events/schema-texts.ts';
import { readWireHeader, WIRE_HEADER_BYTES, writeWire } from './events/wire.ts';

const NAME_MAX = 255;
const TEXT_MAX = 1_000;
/** No decision is as large, and its texts must not cost memory for ever. */
const BYTES_MAX = 20_000;

const offset = z.int().min(0);
const partition = z.int().min(0);
const family = z.enum(FAMILIES);

const envelope = {
  decision_id: z.string().min(1).max(NAME_MAX),
  /** Epoch microseconds. */
  decided_at: z.int(),
  decided_by: z.string().min(1).max(NAME_MAX),
  reason: z.string().min(1).max(TEXT_MAX),
};

const historyAccepted = z.object({
  family,
  partition,
  /** Number of the log that counts from now on; at most what an offset has room for. */
  history: z.int().min(0).max(8_000),
  /** The broker's first offset when it was accepted. */
  begin: offset,
  found: z.string().max(TEXT_MAX),
});

const parkedAccepted = z.object({
  family,
  partition,
  code: z.string().min(1).max(NAME_MAX),
  field: z.string().max(NAME_MAX).nullable(),
  schema_id: z.int().nullable(),
  first_offset: offset,
  last_offset: offset.nullable(),
});

const decision = z.discriminatedUnion('decision_type', [
  z.object({
    ...envelope,
    decision_type: z.literal('history.accepted'),
    history_accepted: historyAccepted,
  }),
  z.object({
    ...envelope,
    decision_type: z.literal('parked.accepted'),
    parked_accepted: parkedAccepted,
  }),
]);

/** What a person decided. The schema's `doc`s say what each field means. */
export type Decision = Readonly<z.infer<typeof decision>>;
export type HistoryAccepted = Readonly<z.infer<typeof historyAccepted>>;
export type ParkedAccepted = Readonly<z.infer<typeof parkedAccepted>>;

export type DecisionRead =
  | { readonly kind: 'decision'; readonly decision: Decision }
  /** Of a later version: means nothing here. */
  | { readonly kind: 'unknown_type' }
  | { readonly kind: 'unreadable'; readonly reason: string };

export type DecisionReader = (value: Buffer) => DecisionRead;

/** Reads values that one schema wrote; keep it by schema id. Throws when the two schemas do not fit. */
export function createDecisionReader(writerSchema: string): DecisionReader {
  const own = ownType();
  const resolver = own.createResolver(typeOf(writerSchema));
  return (value) => {
    if (value.length > BYTES_MAX) return unreadable(`${value.length} bytes`);
    const header = readWireHeader(value);
    if (header.kind === 'undecodable') return unreadable(header.error.reason);
    let read: unknown;
    try {
      read = own.fromBuffer(value.subarray(WIRE_HEADER_BYTES), resolver);
    } catch {
      return unreadable('the bytes are no value of the schema they name');
    }
    const type = (read as { readonly decision_type: string }).decision_type;
    if (!TYPES.includes(type)) return { kind: 'unknown_type' };
    const parsed = decision.safeParse(read);
    if (parsed.success) return { kind: 'decision', decision: parsed.data };
    const [issue] = parsed.error.issues;
    return unreadable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  };
}

const TYPES: readonly string[] = ['history.accepted', 'parked.accepted'];

const unreadable = (reason: string): DecisionRead => ({ kind: 'unreadable', reason });

/** Why a decision may not be written, with the field; null when it may. */
export function decisionFault(given: unknown): string | null {
  const [issue] = decision.safeParse(given).error?.issues ?? [];
  return issue === undefined ? null : `${issue.path.join('.')}: ${issue.message}`;
}

/** As a message's value in the wire format, written with our own schema. */
export const encodeDecision = (given: Decision, schemaId: number): Buffer =>
  writeWire(schemaId, ownType().toBuffer(given));

let own: Type | null = null;
const ownType = (): Type => (own ??= typeOf(SCHEMA_TEXTS.decisions));

/** Logical types stay unregistered: instants are microseconds, as written. */
const typeOf = (schema: string): Type =>
  avsc.Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0], {
    omitRecordMethods: true,
  });
