import { type Dict, fromEntries } from '../dict.ts';

/**
 * Dictionaries that one fold may change in place: each is copied at its first change, and put in order once, at the end.
 * So a batch of many new keys neither copies nor sorts the whole at each of them.
 */
export interface Owned {
  /** The dictionary with this value: the fold's own copy from then on. */
  put<V>(dict: Dict<V>, key: string, value: V): Dict<V>;
  without<V>(dict: Dict<V>, key: string): Dict<V>;
  /** How many keys it has; counted once. */
  size(dict: Dict<unknown>): number;
  /** Brings keys into the order that follows from them alone; nothing may be put afterwards. */
  settle(): void;
}

export function createOwned(): Owned {
  const sizes = new Map<object, number>();
  const own = new Set<object>();
  const unordered = new Set<Record<string, unknown>>();

  const size = (dict: Dict<unknown>): number => {
    const known = sizes.get(dict) ?? Object.keys(dict).length;
    sizes.set(dict, known);
    return known;
  };
  const owned = <V>(dict: Dict<V>): Record<string, V> => {
    if (own.has(dict)) return dict;
    const copy = { ...dict };
    own.add(copy);
    return copy;
  };

  return {
    put: (dict, key, value) => {
      const isNew = !Object.hasOwn(dict, key);
      const count = isNew ? size(dict) + 1 : sizes.get(dict);
      const target = owned(dict);
      define(target, key, value);
      if (isNew) unordered.add(target);
      if (count !== undefined) sizes.set(target, count);
      return target;
    },
    without: (dict, key) => {
      if (!Object.hasOwn(dict, key)) return dict;
      const count = size(dict) - 1;
      const target = owned(dict);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the fold's own copy
      delete target[key];
      sizes.set(target, count);
      return target;
    },
    size,
    settle: () => {
      for (const dict of unordered) {
        const inOrder = Object.entries(fromEntries(Object.entries(dict)));
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the fold's own copy
        for (const [key] of inOrder) delete dict[key];
        for (const [key, value] of inOrder) define(dict, key, value);
      }
      unordered.clear();
    },
  };
}

/** Keys come from producers: an assignment to `__proto__` would not make a property. */
function define<V>(dict: Record<string, V>, key: string, value: V): void {
  if (key !== '__proto__') dict[key] = value;
  else
    Object.defineProperty(dict, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}
