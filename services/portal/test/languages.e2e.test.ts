import { describe, expect, it, jest } from '@jest/globals';
import axe from 'axe-core';
import { type BrowserContextOptions, type Page } from 'playwright-core';
import { LANGUAGES, loadCatalogue } from '../src/speech/catalogue.ts';
import { type Catalogue, type Forms } from '../src/speech/messages.ts';
import { en } from '../src/speech/messages/en.ts';
import { visit } from './browser.ts';
import { openAll, plain, servedPage } from './served-page.ts';

jest.setTimeout(240_000);

const NARROW = { viewport: { width: 320, height: 700 }, reducedMotion: 'reduce' } as const;
const TAGS = ['en-GB', 'de-DE', 'fr-FR', 'es-ES', 'pt-BR', 'ja-JP'] as const;
/** Between them they show every card in every state. */
const CUSTOMERS = ['quasar', 'danan', 'kestrel'];
const PROBLEMS = ['expired', 'forged', '', 'stranger', 'down', 'broken', 'malformed'];

const site = servedPage();

async function open(token: string, options: BrowserContextOptions = {}): Promise<Page> {
  const { page } = await visit(site.browser, `${site.server.url}?token=${token}`, options);
  await settle(page);
  return page;
}

/** Until there is something to read; all of it is opened. */
async function settle(page: Page): Promise<void> {
  await page.locator('.card:not(.skeleton), .problem').first().waitFor();
  await openAll(page);
}

/** All that the page itself says, to the eye and to the ear; not what it quotes. */
const saidOn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const heard = ['aria-label', 'aria-valuetext', 'title', 'alt', 'placeholder'];
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const { parentElement: parent, textContent } = walker.currentNode;
      if (parent?.closest('.foreign') == null) texts.push(textContent ?? '');
    }
    for (const element of document.querySelectorAll('*')) {
      for (const name of heard) texts.push(element.getAttribute(name) ?? '');
    }
    const quoted = new RegExp('\u2068[^\u2069]*\u2069', 'g');
    return texts.map((text) => text.replace(quoted, '').trim()).filter((text) => text !== '');
  });

const formsOf = (message: string | Forms): readonly string[] =>
  typeof message === 'string' ? [message] : Object.values(message);

/** The words of all messages between their placeholders. */
const wordsOf = (catalogue: Catalogue): readonly string[] =>
  Object.values(catalogue)
    .flatMap(formsOf)
    .flatMap((text) => text.split(/\{\w+\}/))
    .map((piece) => piece.replace(/^[\s,.:]+|[\s,.:]+$/g, ''))
    .filter((piece) => /\p{L}{2}/u.test(piece));

const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>('axe.run()');
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
};

const attributesOf = (page: Page) =>
  page.evaluate(() => {
    const { lang, dir } = document.documentElement;
    return { lang, dir, title: document.title };
  });

describe.each(TAGS)('the page in %s', (tag) => {
  it('says so, says all in that language, breaks no accessibility rule, and fits 320 pixels', async () => {
    const language = tag.slice(0, 2) as (typeof LANGUAGES)[number];
    const catalogue = await loadCatalogue(language);
    const said: string[] = [];
    const page = await open('', { ...NARROW, locale: tag });
    for (const customer of CUSTOMERS) {
      await page.goto(`${site.server.url}?token=${customer}@${tag}`);
      await settle(page);
      const title = catalogue['page.title'];
      expect(await attributesOf(page)).toEqual({ lang: tag, dir: 'ltr', title });
      expect([customer, await violations(page)]).toEqual([customer, []]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([customer, width]).toEqual([customer, 320]);
      said.push(...(await saidOn(page)));
      await page.getByRole('slider').fill('20');
      await page.locator('[role=status] p').nth(1).waitFor({ state: 'attached' });
      said.push(...(await saidOn(page)));
    }
    for (const token of PROBLEMS) {
      await page.goto(`${site.server.url}?token=${token}`);
      await settle(page);
      said.push(...(await saidOn(page)));
    }
    expect(await violations(page)).toEqual([]);
    expect(said.length).toBeGreaterThan(500);
    expect(await strangeIn(said, language)).toEqual([]);
  });
});

/** What is said in the words of another language. */
async function strangeIn(
  said: readonly string[],
  language: (typeof LANGUAGES)[number],
): Promise<readonly string[]> {
  const own = wordsOf(await loadCatalogue(language)).join('\n');
  const others = await Promise.all(LANGUAGES.filter((one) => one !== language).map(loadCatalogue));
  const strange = new Set(others.flatMap(wordsOf).filter((words) => !own.includes(words)));
  const english = wordsOf(en).filter((words) => words.length > 7 && !own.includes(words));
  const found = said.filter(
    (text) =>
      strange.has(text.replace(/[,.:]$/, '')) || english.some((words) => text.includes(words)),
  );
  return [...new Set(found)];
}

describe('what is read in a language', () => {
  it.each([
    ['fr-FR', 'Prochaines factures', /149,00 €[^]*6 décembre 2026[^]*dans 13 jours/],
    ['de-DE', 'Nächste Rechnungen', /149,00 €[^]*6\. Dezember 2026[^]*in 13 Tagen/],
    ['es-ES', 'Próximas facturas', /149,00 €[^]*6 de diciembre de 2026[^]*dentro de 13 días/],
    ['pt-BR', 'Próximas faturas', /€ 149,00[^]*6 de dezembro de 2026[^]*em 13 dias/],
    ['ja-JP', '次回のご請求', /€149\.00[^]*2026年12月6日[^]*13 日後/],
    ['de-CH', 'Nächste Rechnungen', /€ 149\.00|149\.00 €|EUR 149\.00/],
  ])('has its words, dates and money: %s', async (tag, title, text) => {
    const page = await open(`morel@${tag}`);
    const card = page.getByRole('region', { name: title, exact: true });
    expect(plain(await card.innerText())).toMatch(text);
  });

  it.each([
    ['ar-EG', 'ar-EG', 'en'],
    ['he', 'he-IL', 'en'],
    ['fa', 'pt-BR', 'pt-BR'],
    ['nb-NO', 'fr-CH', 'fr-CH'],
    ['en_US', 'es-MX', 'es-MX'],
    ['C', 'ja', 'ja'],
  ])(
    'is another one where the customer’s is none of the page (%s, browser %s: %s)',
    async (wanted, browserLocale, tag) => {
      const page = await open(`morel@${wanted}`, { locale: browserLocale });
      expect(await attributesOf(page)).toMatchObject({ lang: tag, dir: 'ltr' });
      const text = await page.locator('main').innerText();
      // Digits and letters of the language that was wanted would be there if numbers kept to it.
      expect(text).not.toMatch(/\p{Script=Arabic}|\p{Script=Hebrew}|\p{Nd}(?<![0-9])/u);
    },
  );

  it('is never mixed: without the messages of a language not even its numbers are written', async () => {
    const context = await site.browser.newContext();
    const page = await context.newPage();
    await page.route('**/fr.js', (route) => route.abort());
    await page.goto(`${site.server.url}?token=morel`);
    const card = page.getByRole('region', { name: 'Next bills', exact: true });
    await card.waitFor();
    expect(plain(await card.innerText())).toMatch(/€149\.00[^]*December 6, 2026[^]*in 13 days/);
    expect(await attributesOf(page)).toMatchObject({ lang: 'en' });
  });

  it('fetches the messages of that language and of no other', async () => {
    const context = await site.browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    const scripts: string[] = [];
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.push(new URL(request.url()).pathname);
    });
    await page.goto(`${site.server.url}?token=shirakawa`);
    await page.getByRole('region', { name: '次回のご請求' }).waitFor();
    expect(scripts).toEqual(['/main.js', '/ja.js']);
  });
});
