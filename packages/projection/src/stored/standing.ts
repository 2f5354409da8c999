import { type Micros, type RawUsage } from '@portal/billing';
import { type Codec, flag, list, micros, nullable, row, text, versioned } from './codec.ts';

export interface ChangeRow {
  readonly series: string;
  /** Begin of the quarter-hour. */
  readonly at: Micros;
  /** Exact sum of the changes in it, decimal text; never 0. */
  readonly sum: string;
}

export interface MemberRow {
  readonly series: string;
  readonly event: RawUsage;
}

/** What stands behind the horizon of the changes of a metric, and of its members. */
export const changesCodec = versioned(
  1,
  list(row<ChangeRow>({ series: text, at: micros, sum: text })),
);

/** What a member was worth is not asked any more. */
const member: Codec<MemberRow> = {
  encode: ({ series, event: { at, id, key, operation } }) =>
    columns.encode({ series, key, at, id, isRemoval: operation === 'remove' }),
  decode: (stored) => {
    const { series, isRemoval, ...event } = columns.decode(stored);
    const operation = isRemoval ? 'remove' : 'add';
    return { series, event: { ...event, value: '1', amount: null, operation } };
  },
};

const columns = row<{
  readonly series: string;
  readonly key: string | null;
  readonly at: Micros;
  readonly id: string;
  readonly isRemoval: boolean;
}>({ series: text, key: nullable(text), at: micros, id: text, isRemoval: flag });

export const membersCodec = versioned(1, list(member));
