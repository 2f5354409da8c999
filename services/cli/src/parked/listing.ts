import { type Decision, type ParkedCode } from '@portal/contracts';
import { type CustomerRef, type Family } from '@portal/projection';
import { isAccepted } from '@portal/projector';
import { type DocumentStore, type ParkedRecord, type Storm } from '@portal/stores';
import { isAsked, isOfAskedKind, type ParkedFilter } from './filter.ts';

/** What is parked and was asked for. */
export interface Listing {
  /** In order of family, partition, offset. */
  readonly records: readonly ParkedRecord[];
  readonly moreRecords: number;
  readonly storms: readonly ListedStorm[];
  readonly moreStorms: number;
  /** Of everything that was asked for, not of what is listed; in order of code and family. */
  readonly counts: readonly ParkedCount[];
  /** Customers with more holes than are kept one by one, whatever was asked for. */
  readonly beyond: { readonly count: number; readonly customers: readonly CustomerRef[] };
  /** Why nobody knows which storms are accepted. */
  readonly decisionsProblem: string | null;
}

export interface ListedStorm extends Storm {
  /** null: not known. */
  readonly accepted: boolean | null;
}

export interface ParkedCount {
  readonly code: ParkedCode;
  readonly family: Family;
  readonly single: number;
  readonly inStorms: number;
}

export type DecisionsNow =
  | { readonly kind: 'known'; readonly decisions: readonly Decision[] }
  | { readonly kind: 'unknown'; readonly problem: string };

const PAGE = 500;

/** `decisions` is asked only when there is a storm to judge. */
export async function listParked(
  store: Pick<DocumentStore, 'parked' | 'storms' | 'beyondCount' | 'beyond'>,
  filter: ParkedFilter,
  limit: number,
  decisions: () => Promise<DecisionsNow>,
): Promise<Listing> {
  const count = createCounts();
  const records: ParkedRecord[] = [];
  let found = 0;
  for await (const record of allParked(store)) {
    if (!isAsked(filter, record)) continue;
    found += 1;
    if (records.length < limit) records.push(record);
    count.add(record, 'single', 1);
  }
  const storms = (await store.storms()).filter((storm) => isOfAskedKind(filter, storm));
  for (const storm of storms) count.add(storm, 'inStorms', storm.count);
  const asked = storms.length === 0 ? NOBODY_ASKED : await decisions();
  const [beyondCount, customers] = await Promise.all([store.beyondCount(), store.beyond(limit)]);
  return {
    records,
    moreRecords: found - records.length,
    storms: storms.slice(0, limit).map((storm) => ({ ...storm, accepted: judged(storm, asked) })),
    moreStorms: Math.max(0, storms.length - limit),
    counts: count.all(),
    beyond: { count: beyondCount, customers },
    decisionsProblem: asked.kind === 'known' ? null : asked.problem,
  };
}

const NOBODY_ASKED: DecisionsNow = { kind: 'known', decisions: [] };

const judged = (storm: Storm, asked: DecisionsNow): boolean | null =>
  asked.kind === 'known' ? isAccepted(asked.decisions, storm) : null;

/** A page at a time, so that however many there are, few are in memory and the store is never kept long. */
async function* allParked(store: Pick<DocumentStore, 'parked'>): AsyncGenerator<ParkedRecord> {
  let last: ParkedRecord | undefined;
  do {
    const page = await store.parked(PAGE, last);
    yield* page;
    last = page.at(-1);
  } while (last !== undefined);
}

function createCounts() {
  const counts = new Map<string, { -readonly [Name in keyof ParkedCount]: ParkedCount[Name] }>();
  return {
    add: (
      { code, family }: Pick<ParkedCount, 'code' | 'family'>,
      what: 'single' | 'inStorms',
      by: number,
    ): void => {
      const name = `${code} ${family}`;
      const counted = counts.get(name) ?? { code, family, single: 0, inStorms: 0 };
      counted[what] += by;
      counts.set(name, counted);
    },
    all: (): readonly ParkedCount[] =>
      [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counted]) => counted),
  };
}
