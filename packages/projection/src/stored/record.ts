import { type Micros } from '@portal/billing';
import { type Family } from '../coordinates.ts';
import { fromEntries } from '../dict.ts';
import { type CustomerRef } from '../ids.ts';
import { type State } from '../state/state.ts';
import { placesIn, vectorText } from './vector-text.ts';
import {
  type Codec,
  messageOf,
  micros,
  nullable,
  number,
  row,
  type TextCodec,
  texts,
  versioned,
} from './codec.ts';
import { customer, subscriptions, wallets } from './entities.ts';
import { invoiceTotals } from './invoices.ts';
import { usage } from './usage.ts';

/**
 * The parts of a customer's record that are stored beside its vector, and what each holds:
 *
 *     c  the customer, and of which fold version the record is     rarely written
 *     s  subscriptions                                             rarely
 *     w  wallets                                                   rarely
 *     n  invoice totals                                            with each invoice
 *     u  usage: days, metrics, kept periods, running totals        with each usage event
 *
 * Each has the newest event time of its family as well. All five are there as soon as the record is. What grows with
 * history lies in side fields: see fold/fields.ts.
 */
export const PART_NAMES = ['c', 's', 'w', 'n', 'u'] as const;
export type PartName = (typeof PART_NAMES)[number];
export type Parts = ReadonlyMap<PartName, string>;

/** A record without its side fields, as a store keeps it. */
export interface StoredRecord {
  /** As `vectorText` writes it. */
  readonly vector: string;
  readonly parts: Parts;
}

export type DecodedRecord =
  | { readonly kind: 'record'; readonly state: State }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** The vector, and the parts that differ from those of `before`; all five where nothing is stored yet. */
export function encodeRecord(state: State, before: State | null): StoredRecord {
  const changed = PART_NAMES.filter((name) => before === null || !isSame(name, state, before));
  return {
    vector: vectorText(state),
    parts: new Map(changed.map((name) => [name, encodePart(name, state)])),
  };
}

/** Reads what `encodeRecord` wrote, all five parts. */
export function decodeRecord({ vector, parts }: StoredRecord): DecodedRecord {
  const read = <T>(name: PartName, codec: TextCodec<T>): T => {
    const text = parts.get(name);
    if (text === undefined) throw new TypeError(`part ${name} of the record is not there`);
    try {
      return codec.decode(text);
    } catch (error) {
      throw new TypeError(`part ${name} of the record: ${messageOf(error)}`, { cause: error });
    }
  };
  try {
    const [c, s, w] = [read('c', PARTS.c), read('s', PARTS.s), read('w', PARTS.w)];
    const [n, u] = [read('n', PARTS.n), read('u', PARTS.u)];
    const state: State = {
      fold: c.fold,
      ref: c.ref,
      ...placesIn(vector),
      as_of: asOfBy({
        customers: c.as_of,
        subscriptions: s.as_of,
        invoices: n.as_of,
        usage: u.as_of,
        wallets: w.as_of,
      }),
      customer: c.held,
      subscriptions: s.held,
      wallets: w.held,
      invoices: n.held,
      usage: u.held,
    };
    // A damaged vector may still be read as one: as another.
    if (vectorText(state) !== vector)
      throw new TypeError(`the vector of the record says something else`);
    return { kind: 'record', state };
  } catch (error) {
    return { kind: 'unreadable', reason: messageOf(error) };
  }
}

/** What one family's events made, and the newest event time of them. */
interface Part<T> {
  readonly as_of: Micros | null;
  readonly held: T;
}

const part = <T>(held: Codec<T>): TextCodec<Part<T>> =>
  versioned(1, row<Part<T>>({ held, as_of: nullable(micros) }));

/** Beside the customer itself: whose record it is, and which code can tell what is in it. */
type CustomerPart = Part<State['customer']> & Pick<State, 'fold' | 'ref'>;

const PARTS = {
  c: versioned(
    1,
    row<CustomerPart>({
      fold: number,
      ref: texts<CustomerRef>(),
      held: nullable(customer),
      as_of: nullable(micros),
    }),
  ),
  s: part(subscriptions),
  w: part(wallets),
  n: part(invoiceTotals),
  u: part(usage),
};

function encodePart(name: PartName, state: State): string {
  const { fold, ref } = state;
  const as_of = state.as_of[FAMILY_OF[name]] ?? null;
  switch (name) {
    case 'c':
      return PARTS.c.encode({ fold, ref, as_of, held: state.customer });
    case 's':
      return PARTS.s.encode({ as_of, held: state.subscriptions });
    case 'w':
      return PARTS.w.encode({ as_of, held: state.wallets });
    case 'n':
      return PARTS.n.encode({ as_of, held: state.invoices });
    case 'u':
      return PARTS.u.encode({ as_of, held: state.usage });
    default:
      return name satisfies never;
  }
}

const FAMILY_OF = {
  c: 'customers',
  s: 'subscriptions',
  w: 'wallets',
  n: 'invoices',
  u: 'usage',
} as const satisfies Readonly<Record<PartName, Family>>;

const HELD_IN = {
  c: 'customer',
  s: 'subscriptions',
  w: 'wallets',
  n: 'invoices',
  u: 'usage',
} as const satisfies Readonly<Record<PartName, keyof State>>;

/** The fold hands on what it did not change. */
const isSame = (name: PartName, a: State, b: State): boolean =>
  a[HELD_IN[name]] === b[HELD_IN[name]] && a.as_of[FAMILY_OF[name]] === b.as_of[FAMILY_OF[name]];

const asOfBy = (times: Readonly<Record<Family, Micros | null>>): State['as_of'] =>
  fromEntries(Object.entries(times).flatMap(([name, at]) => (at === null ? [] : [[name, at]])));
