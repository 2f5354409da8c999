import { dayOf, type Micros, MICROS_PER_HOUR } from '@portal/billing';
import { type Settings } from '../settings.ts';
import { type Sighting } from '../state/entity.ts';
import { type FieldCodec } from './fields.ts';

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

/** All kept usage of one UTC hour, by event id. */
export type KeptHour = Map<string, KeptUsage>;

export const hourOf = (at: Micros): number => Math.floor(at / MICROS_PER_HOUR);

/** First UTC day whose event ids are still kept when the newest usage is `mark`. */
export const keptSince = (mark: Micros, settings: Settings): number =>
  dayOf((mark - settings.dedupWindow) as Micros);

type Row = readonly [
  string,
  Micros,
  string,
  string,
  string,
  string | null,
  ...(readonly [number, number, string])[],
];

/** Rows sorted by event id, so that equal hours are equal texts. */
export const hourCodec: FieldCodec<KeptHour> = {
  decode: (text) =>
    new Map(
      (JSON.parse(text) as Row[]).map(([id, at, metric, series, value, amount, ...seen]) => [
        id,
        {
          at,
          metric,
          series,
          value,
          amount,
          seen: seen.map(([partition, offset, content]) => ({ partition, offset, content })),
        },
      ]),
    ),
  encode: (hour) =>
    JSON.stringify(
      [...hour]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, kept]): Row => [
          id,
          kept.at,
          kept.metric,
          kept.series,
          kept.value,
          kept.amount,
          ...kept.seen.map((s) => [s.partition, s.offset, s.content] as const),
        ]),
    ),
};

export const hourNumberCodec: FieldCodec<number> = { decode: Number, encode: String };
