import { describe, expect, it } from '@jest/globals';
import { type UsageFact } from '@portal/projection';
import { aUsage, at } from '@portal/testkit';
import fc from 'fast-check';
import { contentOf, contentOfUsage } from '../src/fingerprint.ts';

/** What the version before there was an operation made of these two. */
const MEMBER = '1fbfz2fcqdj';
const COUNTER = 'ae76l4okug';

const fact = (changes: Partial<UsageFact>): UsageFact => ({
  ...aUsage().usage,
  metric_code: 'seats',
  timestamp: at('2026-11-10T12:00:00Z'),
  dimensions: { region: 'eu' },
  ...changes,
});

describe('the content of a usage event', () => {
  const member = { kind: 'unique', unique_key: 'ann' } as const;

  it('is what it was before members could be removed', () => {
    expect(contentOfUsage(fact({ ...member, operation: 'add' }))).toBe(MEMBER);
    expect(contentOfUsage(fact({ ...member, operation: null }))).toBe(MEMBER);
    expect(contentOfUsage(fact({}))).toBe(COUNTER);
  });

  it('is another one for a removal', () => {
    expect(contentOfUsage(fact({ ...member, operation: 'remove' }))).not.toBe(MEMBER);
  });

  it('is the fingerprint of all its fields, whatever they hold', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    const texts = fc.dictionary(text, text, { maxKeys: 4 });
    const any = fc.record({
      metric_code: text,
      timestamp: fc.maxSafeInteger().map((micros) => micros as UsageFact['timestamp']),
      kind: fc.constantFrom<UsageFact['kind']>('counter', 'point', 'change', 'unique'),
      value: text,
      unique_key: fc.option(text),
      operation: fc.constantFrom<UsageFact['operation']>('add', 'remove', null),
      amount_cents: fc.option(text),
      dimensions: texts,
      subscription_external_id: fc.option(text),
      properties: texts,
    });
    fc.assert(
      fc.property(any, (one: UsageFact) => {
        const { operation, ...rest } = one;
        const said = operation === 'remove' ? one : rest;
        expect(contentOfUsage(one)).toBe(contentOf(false, said));
        expect(contentOf(false, said)).toBe(contentOf(false, JSON.parse(JSON.stringify(said))));
      }),
      { numRuns: 500 },
    );
  });
});
