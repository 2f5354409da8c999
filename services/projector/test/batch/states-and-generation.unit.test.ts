import { type CustomerRef, DEFAULT_SETTINGS, emptyState } from '@portal/projection';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { generationOf } from '../../src/store/generation.ts';
import { createStates } from '../../src/batch/states.ts';

describe('cached states', () => {
  const [a, b, c] = ['a', 'b', 'c'] as unknown as [CustomerRef, CustomerRef, CustomerRef];
  const stateFor = (ref: CustomerRef, vector = '') => ({
    state: emptyState(ref),
    vector,
    fields: new Map(),
  });

  it('hold as many as they may; the one written longest ago goes first', () => {
    const states = createStates(2);
    for (const ref of [a, b, a, c]) states.set(ref, stateFor(ref));
    expect([
      states.size,
      states.get(a)?.state.ref,
      states.get(b),
      states.get(c)?.state.ref,
    ]).toEqual([2, a, undefined, c]);
  });

  it('are always those written last, whatever was written, dropped and cleared', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ set: fc.nat({ max: 9 }) }) },
      { weight: 3, arbitrary: fc.record({ drop: fc.nat({ max: 9 }) }) },
      fc.constant({ clear: true }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
        const states = createStates(max);
        let expected: string[] = [];
        for (const each of steps) {
          if ('clear' in each) {
            states.clear();
            expected = [];
            continue;
          }
          const ref = String('set' in each ? each.set : each.drop);
          expected = expected.filter((one) => one !== ref);
          if ('drop' in each) states.drop(ref as CustomerRef);
          else {
            states.set(ref as CustomerRef, stateFor(ref as CustomerRef));
            expected = [...expected, ref].slice(max === 0 ? expected.length + 1 : -max);
          }
          const kept = Array.from({ length: 10 }, (_, n) => String(n) as CustomerRef).filter(
            (one) => states.get(one) !== undefined,
          );
          expect([kept, states.size]).toEqual([[...expected].sort(), expected.length]);
        }
      }),
    );
  });

  it('leave many places at once when they are full, and keep those written last', () => {
    const states = createStates(160);
    const refs = Array.from({ length: 1_000 }, (_, n) => String(n) as CustomerRef);
    for (const [n, ref] of refs.entries()) {
      states.set(ref, stateFor(ref));
      expect(states.size).toBeLessThanOrEqual(160);
      if (n >= 160) expect(states.size).toBeGreaterThan(150);
      expect(states.get(refs[n - states.size + 1]!)).toBeDefined();
    }
  });

  it('take no more memory however often the same customers are written', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const heapUsed = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const states = createStates(100_000);
    const kept = Array.from({ length: 1_000 }, (_, n) => stateFor(String(n) as CustomerRef));
    const write = (): void => {
      for (const one of kept) states.set(one.state.ref, one);
    };
    write();
    const before = heapUsed();
    for (let round = 0; round < 300; round += 1) write();
    expect(heapUsed() - before).toBeLessThan(5_000_000);
    expect(states.size).toBe(1_000);
  });

  it('keep what was written last', () => {
    const states = createStates(2);
    states.set(a, stateFor(a, 'usage/0@1'));
    states.set(a, stateFor(a, 'usage/0@2'));
    expect([states.size, states.get(a)?.vector]).toEqual([1, 'usage/0@2']);
  });

  it('forget one, or all', () => {
    const states = createStates(3);
    for (const ref of [a, b, c]) states.set(ref, stateFor(ref));
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
