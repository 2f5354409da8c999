import { describe, expect, it } from '@jest/globals';
import { deepFreeze } from '../src/frozen.ts';

describe('a frozen value', () => {
  it.each<[string, (value: ReturnType<typeof sample>) => void]>([
    ['a field', (value) => (value.a = 2)],
    ['a nested field', (value) => (value.nested.b = 2)],
    ['a new field', (value) => Object.assign(value.nested, { c: 1 })],
    ['a deleted field', (value) => Reflect.deleteProperty(value, 'a') || fail()],
    ['a list', (value) => value.list.push({ d: 1 })],
    ['a list in order', (value) => value.list.sort()],
    ['an item', (value) => (value.list[0]!.d = 2)],
    ['a map', (value) => value.map.set('y', [])],
    [
      'a map emptied',
      (value) => {
        value.map.clear();
      },
    ],
    ['an entry removed', (value) => value.map.delete('x')],
    ['what a map holds', (value) => value.map.get('x')!.push(2)],
  ])('throws when %s changes', (_what, change) => {
    const value = deepFreeze(sample());
    expect(() => {
      change(value);
    }).toThrow(TypeError);
    expect(value).toEqual(sample());
  });

  it('is the value itself, also when only a part of it was frozen before', () => {
    const value = sample();
    deepFreeze(value.nested);
    expect(deepFreeze(value)).toBe(value);
    expect(() => (value.list[0]!.d = 2)).toThrow(TypeError);
    expect(deepFreeze(null)).toBeNull();
  });
});

const sample = () => ({
  a: 1,
  nested: { b: 1 },
  list: [{ d: 1 }, { d: 0 }],
  map: new Map([['x', [1]]]),
});

const fail = (): never => {
  throw new TypeError('not deleted');
};
