import { type Micros, type Totals } from '@portal/billing';
import { type Settings } from '../settings.ts';
import { type State } from '../state/state.ts';
import { type UsageState } from '../state/usage-state.ts';
import { type Fields } from './fields.ts';
import { createOwned, type Owned } from './owned.ts';
import { type AliveSeries, createAliveSeries } from './usage/alive-series.ts';

/** What one event changed in the ledger, for the running totals and prices of the kept periods. */
export interface UsageChange {
  readonly at: Micros;
  readonly metric: string;
  readonly series: string;
  /** null of a late point, which is carried and counts in no period of its own. */
  readonly totals: Totals | null;
}

/** What one fold works on: a private copy, changed in place until it is given away. */
export interface Draft {
  /** What is folded onto. */
  readonly base: State;
  readonly state: Changeable<State>;
  readonly owned: Owned;
  readonly alive: AliveSeries;
  readonly fields: Fields;
  readonly settings: Settings;
  /** What usage events changed in the ledger. */
  readonly changes: UsageChange[];
  /** Running totals cannot be kept by adding, and must be summed from cells again. */
  recount: boolean;
  isChanged: boolean;
}

export type Changeable<T> = { -readonly [K in keyof T]: T[K] };

export const draftOf = (base: State, fields: Fields, settings: Settings): Draft => ({
  base,
  state: { ...base },
  owned: createOwned(),
  alive: createAliveSeries(),
  fields,
  settings,
  changes: [],
  recount: false,
  isChanged: false,
});

/** The usage of the draft, to be changed in place. */
export function changeUsage(draft: Draft): Changeable<UsageState> {
  const { base, state } = draft;
  if (state.usage === base.usage) state.usage = { ...base.usage };
  return state.usage;
}
