import { type Decision } from '@portal/contracts';
import { type Family } from '@portal/projection';

/** One cause of parked records, as a storm names it. */
export interface ParkedCause {
  readonly family: Family;
  readonly partition: number;
  readonly code: string;
  readonly field: string | null;
  /** The registry's id of the schema that wrote them; null when it is not known. */
  readonly schemaId: number | null;
  /** First and last offset seen so far, as the source tells them. */
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/**
 * Whether a person said that parked records of this cause are known and lived with: all of them, the first and the
 * last. A decision that names no field or no schema holds for any.
 */
export const isAccepted = (decisions: readonly Decision[], cause: ParkedCause): boolean =>
  decisions.some((decision) => {
    if (decision.decision_type !== 'parked.accepted') return false;
    const { family, partition, code, field, schema_id, first_offset, last_offset } =
      decision.parked_accepted;
    return (
      family === cause.family &&
      partition === cause.partition &&
      code === cause.code &&
      (field === null || field === cause.field) &&
      (schema_id === null || schema_id === cause.schemaId) &&
      first_offset <= cause.firstOffset &&
      (last_offset === null || cause.lastOffset <= last_offset)
    );
  });
