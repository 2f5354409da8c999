import { describe, expect, it } from '@jest/globals';
import { type UsageFact } from '@portal/projection';
import { aUsage, at } from '@portal/testkit';
import { contentOfUsage } from '../src/fingerprint.ts';

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
});
