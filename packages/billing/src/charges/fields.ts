import { type Decimal, parseDecimal, ZERO } from '../decimal.ts';
import { type PropertyBag, type PropertyValue } from '../terms.ts';

/** The key under which a property text that is no JSON object is kept, with the reason as its value. */
export const MALFORMED_PROPERTIES = '!malformed';

/**
 * Reads the properties of a price one by one. The first that is missing or malformed is remembered as
 * `problem()`, naming it; reading goes on with neutral values that nobody uses then.
 */
export interface Fields {
  required(name: string): Decimal;
  /** null when absent. */
  optional(name: string): Decimal | null;
  orElse(name: string, neutral: Decimal): Decimal;
  /** One Fields for each entry of a list that must not be empty. */
  list(name: string): readonly Fields[];
  refuse(name: string, why: string): void;
  problem(): string | null;
}

export function fieldsOf(bag: PropertyBag): Fields {
  let first: string | null = null;
  const note = (problem: string): void => {
    first ??= problem;
  };
  const malformed = bag[MALFORMED_PROPERTIES];
  if (malformed !== undefined) note(typeof malformed === 'string' ? malformed : 'malformed');
  return reader(bag, '', note, () => first);
}

function reader(
  bag: PropertyBag,
  path: string,
  note: (problem: string) => void,
  problem: () => string | null,
): Fields {
  const at = (name: string): PropertyValue =>
    Object.hasOwn(bag, name) ? (bag[name] ?? null) : null;
  const refuse = (name: string, why: string): void => {
    note(`${path}${name} ${why}`);
  };

  const optional = (name: string): Decimal | null => {
    const value = at(name);
    if (value === null) return null;
    const read = typeof value === 'string' ? parseDecimal(value) : null;
    if (read === null) refuse(name, 'is not a decimal');
    return read;
  };

  const list = (name: string): readonly Fields[] => {
    const value = at(name);
    if (value === null) refuse(name, 'is missing');
    else if (!isList(value)) refuse(name, 'is not a list');
    else if (value.length === 0) refuse(name, 'is empty');
    else {
      return value.map((entry, index) => {
        if (!isBag(entry)) refuse(`${name}[${index}]`, 'is not an object');
        return reader(isBag(entry) ? entry : {}, `${path}${name}[${index}].`, note, problem);
      });
    }
    return [];
  };

  return {
    required(name) {
      if (at(name) === null) refuse(name, 'is missing');
      return optional(name) ?? ZERO;
    },
    optional,
    orElse: (name, neutral) => optional(name) ?? neutral,
    list,
    refuse,
    problem,
  };
}

const isList = (value: PropertyValue): value is readonly PropertyValue[] => Array.isArray(value);
const isBag = (value: PropertyValue): value is PropertyBag =>
  typeof value === 'object' && value !== null && !isList(value);
