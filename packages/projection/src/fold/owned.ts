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
  /** Brings keys into the order that follows from them alone; what is put later waits for the next time. */
  settle(): void;
}

/** What is known of a dictionary. */
interface Known<V> {
  /** The fold's own copy; null of one that it only reads. */
  readonly own: Record<string, V> | null;
  size: number;
  isInOrder: boolean;
}

export function createOwned(): Owned {
  const all = new Map<object, Known<unknown>>();

  const size = (dict: Dict<unknown>): number => {
    const known = all.get(dict);
    if (known !== undefined) return known.size;
    const counted = Object.keys(dict).length;
    all.set(dict, { own: null, size: counted, isInOrder: true });
    return counted;
  };
  const owned = <V>(dict: Dict<V>): Known<V> & { readonly own: Record<string, V> } => {
    const known = all.get(dict) as Known<V> | undefined;
    if (known !== undefined && isOwn(known)) return known;
    const own = { ...dict };
    const made = { own, size: known?.size ?? Object.keys(own).length, isInOrder: true };
    all.set(own, made);
    return made;
  };

  return {
    put: (dict, key, value) => {
      const known = owned(dict);
      if (!Object.hasOwn(known.own, key)) {
        known.size += 1;
        known.isInOrder = false;
      }
      define(known.own, key, value);
      return known.own;
    },
    without: (dict, key) => {
      if (!Object.hasOwn(dict, key)) return dict;
      const known = owned(dict);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the fold's own copy
      delete known.own[key];
      known.size -= 1;
      return known.own;
    },
    size,
    settle: () => {
      for (const known of all.values()) {
        if (!known.isInOrder && isOwn(known)) putInOrder(known.own);
        known.isInOrder = true;
      }
    },
  };
}

const isOwn = <V>(known: Known<V>): known is Known<V> & { readonly own: Record<string, V> } =>
  known.own !== null;

function putInOrder(dict: Record<string, unknown>): void {
  const keys = Object.keys(dict);
  const inOrder = Object.entries(fromEntries(Object.entries(dict)));
  if (inOrder.every(([key], index) => key === keys[index])) return;
  // The last first: V8 takes back a property that was added last, and makes a hash table for any other.
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the fold's own copy
  for (const key of keys.reverse()) delete dict[key];
  for (const [key, value] of inOrder) define(dict, key, value);
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
