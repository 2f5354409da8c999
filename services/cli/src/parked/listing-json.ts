import { excerpt } from '@portal/contracts';
import { partitionName } from '@portal/projection';
import { type ParkedRecord, type Storm } from '@portal/stores';
import { offsetText } from '@portal/streams';
import { type Generation } from './generation.ts';
import { type ListedStorm, type Listing } from './listing.ts';
import { isoOf } from '../iso-of.ts';
import { placeText, REASON_MAX } from './words.ts';

/** A listing for programs: offsets as numbers and as texts, instants as ISO 8601. */
export const listingJson = (listing: Listing, { name, live }: Generation): object => ({
  generation: name,
  live,
  records: listing.records.map((record) => recordJson(record)),
  moreRecords: listing.moreRecords,
  storms: listing.storms.map((storm) => stormJson(storm)),
  moreStorms: listing.moreStorms,
  decisionsProblem: listing.decisionsProblem,
  counts: listing.counts,
  beyond: listing.beyond,
});

export const recordJson = (record: ParkedRecord): object => ({
  at: placeText(record),
  ...{ family: record.family, partition: record.partition, offset: record.offset },
  ...{ code: record.code, field: record.field, schemaId: record.schema_id ?? null },
  customer: record.ref,
  reason: excerpt(record.reason, REASON_MAX),
  ...{ firstSeen: isoOf(record.firstSeen), lastSeen: isoOf(record.lastSeen) },
});

/** `accepted` is absent where nobody asked for it. */
export const stormJson = (storm: Storm & Partial<ListedStorm>): object => ({
  at: partitionName(storm),
  ...{ family: storm.family, partition: storm.partition },
  ...{ code: storm.code, field: storm.field, schemaId: storm.schema_id ?? null },
  ...{ first: storm.first, last: storm.last },
  offsets: [offsetText(storm.first), offsetText(storm.last)],
  ...{ count: storm.count, accepted: storm.accepted },
  ...{ firstSeen: isoOf(storm.firstSeen), lastSeen: isoOf(storm.lastSeen) },
});
