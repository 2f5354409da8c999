import { type CustomerRef, DEFAULT_SETTINGS, emptyState } from '@portal/projection';
import { describe, expect, it } from '@jest/globals';
import { generationOf } from '../../src/store/generation.ts';
import { type CachedState, createStates, lengthsOf, type States } from '../../src/batch/states.ts';

describe('cached states', () => {
  const [a, b, c] = ['a', 'b', 'c'] as unknown as [CustomerRef, CustomerRef, CustomerRef];
  const stateOf = (ref: CustomerRef, characters = 0, vector = ''): CachedState => ({
    ...{ state: emptyState(ref), vector, fields: new Map() },
    lengths: new Map([['u', characters]]),
  });
  const keptOf = (states: States) => [a, b, c].filter((ref) => states.get(ref) !== undefined);

  it('hold as much as they may; the one used longest ago goes first', () => {
    const states = createStates(30_000);
    states.set(a, stateOf(a, 2_000));
    states.set(b, stateOf(b, 2_000));
    states.get(a);
    states.set(c, stateOf(c, 2_000));
    expect([states.size, keptOf(states)]).toEqual([2, [a, c]]);
  });

  it('are as large as what is stored of them: parts, side fields, vector and document', () => {
    const texts: readonly CachedState[] = [
      stateOf(a, 2_000),
      {
        ...stateOf(a),
        lengths: new Map([
          ['u', 1_000],
          ['v', 1_000],
        ] as never),
      },
      {
        ...stateOf(a),
        fields: new Map([
          ['d:1', 'x'.repeat(2_000)],
          ['d:2', null],
        ]),
      },
      stateOf(a, 0, 'x'.repeat(2_000)),
      { ...stateOf(a), projected: { document: null, length: 12_000 } },
    ];
    for (const state of texts) {
      const states = createStates(14_500);
      states.set(a, state);
      states.set(b, stateOf(b));
      expect(keptOf(states)).toEqual([a, b]);
      states.set(c, stateOf(c));
      expect(keptOf(states)).toEqual([b, c]);
    }
  });

  it('do not keep one that is larger than all may be, nor what was known of it before', () => {
    const states = createStates(10_000);
    states.set(a, stateOf(a));
    states.set(b, stateOf(b));
    states.set(a, stateOf(a, 2_000));
    expect(keptOf(states)).toEqual([b]);
  });

  it('know how large a state is when some of its parts were written', () => {
    const before = lengthsOf(
      new Map([
        ['c', 'customer'],
        ['u', 'usage'],
      ] as never),
    );
    expect(lengthsOf(new Map([['u', 'more usage']] as never), before)).toEqual(
      new Map([
        ['c', 8],
        ['u', 10],
      ] as never),
    );
  });

  it('keep what was written last', () => {
    const states = createStates(10_000);
    states.set(a, stateOf(a, 0, 'usage/0@1'));
    states.set(a, stateOf(a, 0, 'usage/0@2'));
    expect([states.size, states.get(a)?.vector]).toEqual([1, 'usage/0@2']);
  });

  it('forget one, or all', () => {
    const states = createStates(10_000);
    for (const ref of [a, b, c]) states.set(ref, stateOf(ref));
    states.drop(b);
    expect([states.size, states.get(b)]).toEqual([2, undefined]);
    states.clear();
    expect(states.size).toBe(0);
  });
});

describe('the generation', () => {
  it('names code, time zone rules and settings, in letters a Kafka group and a Redis key take', () => {
    expect(generationOf(DEFAULT_SETTINGS)).toMatch(/^v\d+-[\w.]+-[0-9a-f]{8}$/);
    expect(generationOf(DEFAULT_SETTINGS)).toContain(String(process.versions['tz']));
  });

  it.each(Object.keys(DEFAULT_SETTINGS))('is another one when %s changes', (name) => {
    const changed = { ...DEFAULT_SETTINGS, [name]: 1 };
    expect(generationOf(changed)).not.toBe(generationOf(DEFAULT_SETTINGS));
  });

  it('is the same whatever order the settings stand in', () => {
    const reversed = Object.fromEntries(Object.entries(DEFAULT_SETTINGS).reverse());
    expect(generationOf(reversed as unknown as typeof DEFAULT_SETTINGS)).toBe(
      generationOf(DEFAULT_SETTINGS),
    );
  });
});
