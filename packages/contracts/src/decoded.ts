import { type BillingEvent } from '@portal/projection';

/** Why a value could not become an event. Codes are stable: they are metric labels and parked reasons. */
export const DECODE_CODES = [
  'too_short',
  'wrong_magic_byte',
  'unknown_schema_id',
  'wrong_schema',
  'avro_garbage',
  'too_large',
  'malformed_json',
  'unknown_topic',
  'contract_invalid',
] as const;
export type DecodeCode = (typeof DECODE_CODES)[number];

/** Why a record is parked: its value could not become an event, or the fold could not take the event. */
export const PARKED_CODES = [...DECODE_CODES, 'fold_failed'] as const;
export type ParkedCode = (typeof PARKED_CODES)[number];

export interface DecodeError {
  readonly code: DecodeCode;
  /** Dotted path of the offending field, `usage.value`; null when the value as a whole is meant. */
  readonly field: string | null;
  /** One sentence for a person; never holds the whole value. */
  readonly reason: string;
  /** The schema that the value names, where values name one. */
  readonly schema_id?: number;
}

/** What one record of the log turned out to be. A closed set: nothing is ever skipped silently. */
export type Decoded =
  | { readonly kind: 'event'; readonly event: BillingEvent }
  /** A tombstone: legal, counted, means nothing for the fold. */
  | { readonly kind: 'null' }
  /** A type this version does not know: counted, not fatal. */
  | { readonly kind: 'unknown_type'; readonly event_type: string }
  | { readonly kind: 'undecodable'; readonly error: DecodeError };
