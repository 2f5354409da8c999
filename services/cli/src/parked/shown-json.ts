import { type Coordinates } from '@portal/projection';
import { type Generation } from './generation.ts';
import { recordJson, stormJson } from './listing-json.ts';
import { type ParkedNow } from './shown.ts';
import { type RecordOrGone } from './shown-text.ts';
import { isoOf } from '../iso-of.ts';
import { placeText } from './words.ts';

/** For programs. `record` is null when the log does not hold it, and `gone` says why. */
export function shownJson(
  at: Coordinates,
  record: RecordOrGone,
  now: ParkedNow,
  { name, live }: Generation,
): object {
  const { family, partition, offset } = at;
  const cameAt = 'gone' in record || record.cameAt === null ? null : isoOf(record.cameAt);
  return {
    ...{ at: placeText(at), family, partition, offset, generation: name, live },
    parked: parkedJson(now),
    gone: 'gone' in record ? record.gone : null,
    record: 'gone' in record ? null : { ...record, cameAt },
  };
}

function parkedJson(now: ParkedNow): object {
  switch (now.kind) {
    case 'parked':
      return { kind: now.kind, ...recordJson(now.record) };
    case 'in_storms':
      return { kind: now.kind, storms: now.storms.map((storm) => stormJson(storm)) };
    case 'not_parked':
      return { kind: now.kind };
    default:
      return now satisfies never;
  }
}
