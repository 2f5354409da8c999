/** Values frozen all the way down before: what shares structure with them is not walked again. */
const frozen = new WeakSet();

/**
 * The value itself, frozen with everything in it, so that code that changes what it was given throws. Plain
 * objects, arrays and maps; bytes cannot be frozen and are left as they are.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (frozen.has(value) || ArrayBuffer.isView(value)) return value;
  frozen.add(value);
  if (value instanceof Map) {
    value.forEach((each, key) => {
      deepFreeze(each);
      deepFreeze(key);
    });
    Object.assign(value, READ_ONLY);
  } else Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

const refuse = (): never => {
  throw new TypeError('this map is frozen');
};

/** A map's entries do not freeze with it. */
const READ_ONLY = { set: refuse, delete: refuse, clear: refuse };
