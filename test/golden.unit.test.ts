import { type BillingEvent } from '@portal/projection';
import { given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { render } from './golden/render.ts';
import { parseScript } from './golden/script.ts';

/**
 * Whole stories, checked against the texts in golden/. UPDATE_GOLDEN=1 writes the answers anew: read the
 * difference, and commit it only if you can say why each line moved.
 */
const FOLDER = join(__dirname, 'golden');

function told(text: string): string {
  const events: BillingEvent[] = [];
  const lines = parseScript(text).flatMap((step) => {
    if (step.kind === 'read') return [`> ${step.now}`, ...render(given(...events).at(step.now))];
    if (step.event !== null) events.push(step.event);
    return step.lines;
  });
  return `${lines.join('\n')}\n`;
}

describe('golden stories', () => {
  const stories = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  it('are there', () => {
    expect(stories.length).toBeGreaterThanOrEqual(5);
  });

  it.each(stories)('%s', (name) => {
    const path = join(FOLDER, name);
    const written = readFileSync(path, 'utf8');
    const now = told(written);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, now);
    else expect(now).toBe(written);
  });
});
