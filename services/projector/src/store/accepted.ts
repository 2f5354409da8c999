import { type Decision } from '@portal/contracts';
import { type Storm, type StormCause } from '@portal/stores';

/**
 * Whether a person said that parked records of one cause, such as those of a storm, are known and lived with: all of
 * them, the first and the last. A decision that names no field or no schema holds for any.
 */
export const isAccepted = (
  decisions: readonly Decision[],
  storm: StormCause & Pick<Storm, 'first' | 'last'>,
): boolean =>
  decisions.some((decision) => {
    if (decision.decision_type !== 'parked.accepted') return false;
    const { family, partition, code, field, schema_id, first_offset, last_offset } =
      decision.parked_accepted;
    return (
      family === storm.family &&
      partition === storm.partition &&
      code === storm.code &&
      (field === null || field === storm.field) &&
      (schema_id === null || schema_id === storm.schema_id) &&
      first_offset <= storm.first &&
      (last_offset === null || storm.last <= last_offset)
    );
  });

export const unaccepted = (
  storms: readonly Storm[],
  decisions: readonly Decision[],
): readonly Storm[] => storms.filter((storm) => !isAccepted(decisions, storm));
