import { describe, expect, it, jest } from '@jest/globals';
import { type Page } from 'playwright-core';
import { visit } from './browser.ts';
import { ENDLESS, HOSTILE } from './canned-hostile.ts';
import { openAll, servedPage } from './served-page.ts';

const NARROW = { viewport: { width: 320, height: 700 } } as const;

jest.setTimeout(240_000);

const site = servedPage();

async function open(token: string, options = {}): Promise<Page> {
  const { page } = await visit(site.browser, `${site.server.url}?token=${token}`, options);
  await page.locator('.card:not(.skeleton)').first().waitFor();
  await openAll(page);
  return page;
}

/** The page's own texts whose letters do not stand from left to right, line by line, and how many letters were checked. */
const reversedTexts = (page: Page) =>
  page.evaluate(() => {
    const range = document.createRange();
    const reversed: string[] = [];
    let checked = 0;
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const node = walker.currentNode as Text;
      if (node.parentElement?.closest('.foreign, option') != null) continue;
      const places = Array.from(node.data, (_letter, index) => index).flatMap((index) => {
        range.setStart(node, index);
        range.setEnd(node, index + 1);
        const [box] = range.getClientRects();
        return box === undefined || box.width === 0 ? [] : [box];
      });
      checked += places.length;
      const isReversed = places.some((box, index) => {
        const before = places[index - 1];
        return before !== undefined && Math.abs(before.top - box.top) < 4 && before.left > box.left;
      });
      if (isReversed) reversed.push(node.data);
    }
    return { reversed, checked };
  });

describe('names that give commands', () => {
  it.each(Object.keys(HOSTILE).map((name, index) => [name, index] as const))(
    'turn no number beside them: %s',
    async (_name, index) => {
      for (const options of [{}, NARROW]) {
        const page = await open(`hostile-${index}@en-GB`, options);
        const { reversed, checked } = await reversedTexts(page);
        expect(reversed).toEqual([]);
        expect(checked).toBeGreaterThan(2_000);
        await page.context().close();
      }
    },
  );

  it('are seen to turn numbers where nothing holds them, so that this test can fail', async () => {
    const page = await open('morel@en-GB');
    await page.evaluate((text) => {
      document.querySelector('.feature-value')?.prepend(text);
      document.querySelector('.value')?.prepend(text);
    }, HOSTILE.override);
    expect((await reversedTexts(page)).reversed).toContain('€149.00');
  });

  it('stand in elements and attributes that isolate them', async () => {
    const page = await open('hostile-0@en-GB');
    const { loose, labels } = await page.evaluate(() => {
      const html = document.body.innerHTML;
      const names = [...document.querySelectorAll('progress, summary')].map(
        (one) => one.getAttribute('aria-label') ?? '',
      );
      return {
        loose: new RegExp('[\u202a-\u202e]').test(html),
        labels: names.filter((text) => text.includes('flesruoy')),
      };
    });
    expect(loose).toBe(false);
    expect(labels.length).toBeGreaterThan(3);
    for (const label of labels) expect(label).toContain('\u2068flesruoy\u2069');
  });

  it('paint over nothing: marks that are stacked up end at the line', async () => {
    const page = await open('stacked@en-GB');
    const clipped = await page
      .locator('.foreign')
      .evaluateAll((all) => all.every((one) => getComputedStyle(one).overflow === 'clip'));
    expect(clipped).toBe(true);
  });
});

describe('a text of 10,000 characters without a blank', () => {
  it('leaves the page as wide as a phone of 320 pixels, and can be read whole', async () => {
    const page = await open('endless@de-DE', NARROW);
    const width = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBe(320);
    const name = page.locator('.bill h3').first();
    expect((await name.locator('bdi').innerText()).length).toBeLessThan(100);
    const more = name.getByRole('button', { name: 'Ganz anzeigen' });
    await more.focus();
    await page.keyboard.press('Enter');
    expect((await name.locator('bdi').innerText()).replace(/\s/g, '')).toBe(ENDLESS);
    expect(await width()).toBe(320);
    await name.getByRole('button', { name: 'Weniger anzeigen' }).click();
    expect((await name.locator('bdi').innerText()).length).toBeLessThan(100);
  });

  it('is said in labels as far as anybody listens', async () => {
    const page = await open('endless@de-DE');
    const lengths = await page
      .locator('progress')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')?.length ?? 0));
    expect(lengths.length).toBeGreaterThan(0);
    expect(Math.max(...lengths)).toBeLessThan(100);
  });
});

describe('a number of sixty digits', () => {
  it('leaves the page as wide as a phone of 320 pixels', async () => {
    const page = await open('morel@en-GB', NARROW);
    // What stands in a pill counts days, and is of our own making.
    const shown = await page.locator('.value:not(.pill *)').evaluateAll((all) => {
      for (const one of all) one.textContent = '9'.repeat(60);
      return all.length;
    });
    expect(shown).toBeGreaterThan(5);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
});
