import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { MICROS_PER_DAY } from '@portal/billing';
import { DEFAULT_SETTINGS, DUE_DATES_MAX, ENTITIES_MAX, HOLES_MAX } from '@portal/projection';
import { retold, sectionsOf } from './stories.ts';

/** docs/semantics.md says what the numbers mean; each of its examples is run, and must come out as written. */
const text = readFileSync(join(__dirname, '../../docs/semantics.md'), 'utf8');
const sections = sectionsOf(text);

describe('docs/semantics.md', () => {
  const stories = sections.flatMap((section) => section.stories);

  it.each(stories.map((story) => [story.heading, story] as const))('%s', (_heading, story) => {
    expect(retold(story)).toBe(story.text);
  });

  it('has an example for every rule', () => {
    const without = sections.filter((section) => section.stories.length === 0);
    expect(without.map(({ heading }) => heading)).toEqual(['What is kept, and for how long']);
  });

  it.each([
    ['usage, and event ids', `${DEFAULT_SETTINGS.ledgerHorizon / MICROS_PER_DAY} days`],
    ['subscriptions, wallets', ENTITIES_MAX.toLocaleString('en')],
    ['due dates', String(DUE_DATES_MAX)],
    ['holes', String(HOLES_MAX)],
  ])('knows the limit of %s', (what, limit) => {
    const row = text.split('\n').find((line) => line.startsWith(`| ${what}`));
    expect(row?.split('|')[2]).toContain(` ${limit} `);
  });
});

describe('a story in a document', () => {
  it('is retold with what really comes of it, so that a wrong number shows', () => {
    const story =
      '2026-01-01T00:00:00Z wallet.created balance_cents=100\n> 2026-11-23T10:00:00Z\n  wallet_balance_cents: ';
    const markdown = `# A\n\n## B\n\n### C\n\n\`\`\`story\n${story}101\n\`\`\`\n`;
    const [section] = sectionsOf(markdown);
    expect(section?.heading).toBe('C');
    expect(section?.stories.map(retold)).toEqual([`${story}100\n`]);
  });

  it('says none where there is no row, and must ask for something', () => {
    const told = (expectations: string) =>
      retold({
        heading: '',
        policy: 'calendar',
        oldest: null,
        text: `2026-01-01T00:00:00Z wallet.created\n> 2026-11-23T10:00:00Z\n${expectations}`,
      });
    expect(told('  plan_name: Pro\n')).toContain('plan_name: none');
    expect(() => told('')).toThrow('nothing is looked at');
  });
});
