import { dayOf, type Micros, seriesText } from '@portal/billing';
import { type Coordinates } from '../coordinates.ts';
import { type UsageEvent } from '../events.ts';
import { contentOfUsage } from '../fingerprint.ts';
import { type Settings } from '../settings.ts';
import { type Sighting } from '../state/entity.ts';
import { filedIds } from './event-ids.ts';
import { type FieldCodec, fieldName, type Fields } from './fields.ts';

/** A usage event as kept for the deduplication window: enough to tell duplicates from conflicts and to take it back. */
export interface KeptUsage {
  readonly at: Micros;
  readonly metric: string;
  readonly series: string;
  readonly value: string;
  readonly amount: string | null;
  /** Every event with this id, lowest coordinates first (the first one counts); see entity.ts. */
  readonly seen: readonly Sighting[];
}

export function keptFrom(at: Coordinates, event: UsageEvent) {
  const fact = event.usage;
  const { partition, offset } = at;
  return {
    at: fact.timestamp,
    metric: fact.metric_code,
    series: seriesText({
      kind: fact.kind,
      scope: fact.subscription_external_id,
      dimensions: fact.dimensions,
    }),
    value: fact.value,
    amount: fact.amount_cents,
    // A point may carry one too, and is no member for that.
    key: fact.kind === 'unique' ? fact.unique_key : null,
    seen: [{ partition, offset, content: contentOfUsage(fact) }],
  } as const satisfies KeptUsage & { key: string | null };
}

/** First UTC day whose event ids are still kept when the newest usage is `mark`. */
export const keptSince = (mark: Micros, settings: Settings): number =>
  dayOf((mark - settings.dedupWindow) as Micros);

/** The last event with this id, expired or not; see `isExpired`. */
export const findKept = (fields: Fields, id: string): KeptUsage | null =>
  fields.open(fieldName.event(id), keptCodec);

/**
 * Ids expire by whole days behind the mark of the moment; whether an expired one was purged already
 * depends on batching, and must not matter.
 */
export const isExpired = (
  { at }: KeptUsage,
  judgedBy: Micros | null,
  settings: Settings,
): boolean => judgedBy !== null && dayOf(at) < keptSince(judgedBy, settings);

/** The kept events of a UTC day, but the one with that id: walks the whole day. */
export const othersOf = (fields: Fields, day: number, id: string): readonly KeptUsage[] =>
  filedIds(fields, day)
    .filter((other) => other !== id)
    .map((other) => fields.open(fieldName.event(other), keptCodec))
    .filter((kept) => kept !== null);

type StoredSighting = readonly [number, number, string];
type Row = readonly [Micros, string, string, string, string | null, ...StoredSighting[]];

const sightingOf = ([partition, offset, content]: StoredSighting): Sighting => ({
  partition,
  offset,
  content,
});
const stored = ({ partition, offset, content }: Sighting): StoredSighting => [
  partition,
  offset,
  content,
];

export const keptCodec: FieldCodec<KeptUsage> = {
  decode: (text) => {
    const [at, metric, series, value, amount, ...seen] = JSON.parse(text) as Row;
    return { at, metric, series, value, amount, seen: seen.map(sightingOf) };
  },
  encode: ({ at, metric, series, value, amount, seen }) =>
    JSON.stringify([at, metric, series, value, amount, ...seen.map(stored)]),
};
