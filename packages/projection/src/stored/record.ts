import { type State } from '../state/state.ts';
import { vectorText } from '../state/vector.ts';

/**
 * The parts of a customer's record that are stored beside its vector, and what each holds:
 *
 *     c  the customer, and of which fold version the record is     rarely written
 *     s  subscriptions                                             rarely
 *     w  wallets                                                   rarely
 *     n  invoice totals                                            with each invoice
 *     u  usage: days, metrics, kept periods, running totals        with each usage event
 *
 * All five are there as soon as the record is. What grows with history lies in side fields: see fold/fields.ts.
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
  const text = JSON.stringify(state);
  const parts = new Map<PartName, string>(
    before === state ? [] : PART_NAMES.map((name) => [name, name === 'c' ? text : '']),
  );
  return { vector: vectorText(state), parts };
}

/** Reads what `encodeRecord` wrote, all five parts. */
export function decodeRecord({ parts }: StoredRecord): DecodedRecord {
  const text = parts.get('c');
  if (text === undefined)
    return { kind: 'unreadable', reason: 'part c of the record is not there' };
  return { kind: 'record', state: JSON.parse(text) as State };
}
