import { pathOfKey } from '../field-path.ts';
import { ContractError } from '../reading.ts';
import { enterRecord, leaveRecord, readBlocks, readText, type Cursor } from './bytes.ts';
import { type Reader } from './meaning.ts';

/** One field of the writer's record. */
export interface Step {
  /** null for a field that nobody reads. */
  readonly name: string | null;
  readonly read: Reader;
}

/** All values have one shape, whatever the order of the writer's fields. */
export function stepsReader(names: readonly string[], steps: readonly Step[]): Reader {
  const shape = Object.fromEntries(names.map((name) => [name, undefined]));
  return (cursor) => {
    enterRecord(cursor);
    const record: Record<string, unknown> = { ...shape };
    let name: string | null = null;
    try {
      for (const step of steps) {
        name = step.name;
        const value = step.read(cursor);
        if (name !== null) record[name] = value;
      }
    } catch (error) {
      throw error instanceof ContractError && name !== null ? error.within(name) : error;
    }
    leaveRecord(cursor);
    return record;
  };
}

/** A list of which at most `keeps` entries are kept. */
export function listReader(item: Reader, keeps: number): Reader {
  const add = (cursor: Cursor, list: unknown[]): void => {
    const value = item(cursor);
    if (list.length < keeps) list.push(value);
  };
  return (cursor) => {
    const list: unknown[] = [];
    try {
      readBlocks(cursor, list, add);
    } catch (error) {
      throw error instanceof ContractError ? error.within(`[${list.length}]`) : error;
    }
    return list;
  };
}

/** As `listReader`, by key. A key that stands twice is refused: nobody can tell which entry is meant. */
export function mapReader(value: Reader, keeps: number): Reader {
  return (cursor) => {
    const into: Entries = { map: {}, count: 0 };
    readBlocks(cursor, into, add);
    return into.map;
  };

  function add(cursor: Cursor, into: Entries): void {
    const key = readText(cursor);
    const read = entryOf(value, cursor, key);
    // `__proto__` would become the map's prototype; the contract knows no such key.
    if (key === '__proto__' || into.count >= keeps) return;
    if (Object.hasOwn(into.map, key)) throw new ContractError(TWICE).within(pathOfKey(key));
    into.map[key] = read;
    into.count += 1;
  }
}

interface Entries {
  readonly map: Record<string, unknown>;
  count: number;
}

const TWICE = 'stands twice in the map';

function entryOf(value: Reader, cursor: Cursor, key: string): unknown {
  try {
    return value(cursor);
  } catch (error) {
    throw error instanceof ContractError ? error.within(pathOfKey(key)) : error;
  }
}
