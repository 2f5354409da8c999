import {
  comparableRecord,
  decodeRecord,
  DEFAULT_SETTINGS,
  encodeRecord,
  type Settings,
  type State,
} from '@portal/projection';
import { type StoredCustomer } from './stored.ts';

const LINES_MAX = 20;
const TEXT_MAX = 120;

/**
 * Where what is stored differs from what it should be, one line a part that differs; none when all that says
 * something is the same byte for byte: see `comparableRecord`. A customer may have ten thousand fields: a general comparison would take minutes to print.
 */
export function differences(
  stored: readonly StoredCustomer[],
  expected: readonly StoredCustomer[],
  settings: Settings = DEFAULT_SETTINGS,
): readonly string[] {
  const [parts, goals] = [partsOf(stored, settings), partsOf(expected, settings)];
  const names = [...new Set([...goals.keys(), ...parts.keys()])];
  const lines = names.flatMap((name) => {
    const [is, goal] = [parts.get(name), goals.get(name)];
    return is === goal ? [] : [`${name}: ${shown(is, goal)}, should be ${shown(goal, is)}`];
  });
  const more = lines.length - LINES_MAX;
  return more > 0 ? [...lines.slice(0, LINES_MAX), `and ${more} more`] : lines;
}

/** Everything of everybody, by a name; what is null is not there. */
function partsOf(
  customers: readonly StoredCustomer[],
  settings: Settings,
): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const customer of customers) {
    const { ref, erased, vector, document, fields } = customer;
    parts.set(`${ref} erased`, String(erased));
    parts.set(`${ref} vector`, vector);
    if (document !== null) parts.set(`${ref} document`, document);
    const state = stateIn(customer);
    // Without a state nothing tells which event ids are dead: then everything is compared as it lies there.
    const record = state === null ? null : comparableRecord(state, fields, settings);
    const written = state === null ? null : encodeRecord(state, null).parts;
    if (record !== null) parts.set(`${ref} state`, record.state);
    if (record !== null) parts.set(`${ref} event ids`, JSON.stringify(record.ids));
    for (const [name, text] of customer.parts) {
      if (text !== written?.get(name)) parts.set(`${ref} part ${name}`, text);
    }
    for (const [name, text] of record?.fields ?? fields) parts.set(`${ref} field ${name}`, text);
  }
  return parts;
}

/** null: there is none, or not all of it. */
function stateIn(customer: StoredCustomer): State | null {
  if (customer.parts.size === 0) return null;
  const decoded = decodeRecord(customer);
  return decoded.kind === 'record' ? decoded.state : null;
}

/** The text from a little before it differs from the other one. */
function shown(text: string | undefined, other: string | undefined): string {
  if (text === undefined) return 'not there';
  let at = 0;
  while (at < text.length && text[at] === other?.[at]) at += 1;
  const from = Math.max(0, at - 20);
  return JSON.stringify(`${from > 0 ? '…' : ''}${text.slice(from, from + TEXT_MAX)}`);
}
