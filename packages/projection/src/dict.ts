/**
 * Small immutable dictionaries that are part of the stored state. Keys come from producers, so a
 * lookup must never reach the prototype; their order follows from the keys alone, so that equal states are equal bytes.
 */
export type Dict<V> = Readonly<Record<string, V>>;

export function get<V>(dict: Dict<V>, key: string): V | undefined {
  return Object.hasOwn(dict, key) ? dict[key] : undefined;
}

export function put<V>(dict: Dict<V>, key: string, value: V): Dict<V> {
  if (Object.hasOwn(dict, key)) return { ...dict, [key]: value };
  return fromEntries([...Object.entries(dict), [key, value]]);
}

export function without<V>(dict: Dict<V>, key: string): Dict<V> {
  if (!Object.hasOwn(dict, key)) return dict;
  return fromEntries(Object.entries(dict).filter(([name]) => name !== key));
}

/** Sorted by key, in code unit order; JavaScript itself puts keys that are whole numbers first. Object.fromEntries defines own properties, even `__proto__`. */
export function fromEntries<V>(entries: readonly (readonly [string, V])[]): Dict<V> {
  if (isInOrder(entries)) return Object.fromEntries(entries);
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function isInOrder(entries: readonly (readonly [string, unknown])[]): boolean {
  for (let index = 1; index < entries.length; index += 1) {
    const [before, after] = [entries[index - 1], entries[index]];
    if (before !== undefined && after !== undefined && before[0] > after[0]) return false;
  }
  return true;
}
