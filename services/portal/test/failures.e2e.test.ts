import { describe, expect, it, jest } from '@jest/globals';
import { type Page } from 'playwright-core';
import * as v from 'valibot';
import { dashboardShape } from '../src/answer-shape.ts';
import { visit } from './browser.ts';
import { DASHBOARDS, NOW } from './canned.ts';
import { servedPage } from './served-page.ts';
import { spoilings } from './spoiled.ts';

jest.setTimeout(600_000);

const site = servedPage();

const ANSWER = '**/portal/dashboard_summary*';
const newPage = async (): Promise<Page> => (await site.browser.newContext()).newPage();
const failed = (page: Page) =>
  page.getByRole('heading', { name: 'Something went wrong on our side' });
/** Cards, or an error: what there must be in the end. */
const shown = (page: Page) => page.locator('.card:not(.skeleton), .problem');

describe('whatever is answered', () => {
  it('is shown as a dashboard or as an error, and neither blank nor half', async () => {
    // All of them are put to the check by a test that needs no browser; here it is what follows from it.
    const all = spoilings(DASHBOARDS['quasar']!(NOW));
    const passes = ({ body }: { readonly body: unknown }) =>
      v.safeParse(dashboardShape, body).success;
    const spoiled = [
      ...all.filter(passes).filter((_one, index) => index % 6 === 0),
      ...all.filter((one) => !passes(one)).filter((_one, index) => index % 60 === 0),
    ];
    const page = await newPage();
    const thrown: string[] = [];
    page.on('pageerror', (error) => thrown.push(error.message));
    let body = '';
    await page.route(ANSWER, (route) => route.fulfill({ body, contentType: 'application/json' }));
    body = JSON.stringify(DASHBOARDS['quasar']!(NOW));
    await page.goto(`${site.server.url}?token=morel`);
    await shown(page).first().waitFor();
    const ends = { dashboard: 0, problem: 0 };
    // One page reads them all, one after the other, as its clock is turned: an error is never the last word.
    for (const [index, one] of spoiled.entries()) {
      body = JSON.stringify(one.body);
      const answered = page.waitForResponse(ANSWER);
      await page.getByRole('slider').fill(String(1 + (index % 300)));
      await answered;
      await page.locator('main[aria-busy=false]').waitFor();
      const text = await page.locator('main').innerText();
      const kind = (await page.locator('.problem').count()) > 0 ? 'problem' : 'dashboard';
      ends[kind] += 1;
      expect([one.name, text.length > 50, /undefined|NaN|Invalid|\[object/.test(text)]).toEqual([
        one.name,
        true,
        false,
      ]);
    }
    expect(thrown).toEqual([]);
    expect(ends.problem).toBe(spoiled.filter((one) => !passes(one)).length);
    expect(ends.problem).toBeGreaterThan(10);
    expect(ends.dashboard).toBeGreaterThan(20);
  });

  it.each([
    ['no JSON', '<html>', 200],
    ['half an answer', '{"next_billing": [', 200],
    ['nothing', '', 200],
    ['null', 'null', 200],
    ['an error that is none', '{"detail": [null, {"loc": 1}]}', 422],
    ['an error without a body', '', 500],
    ['a status nobody expects', '{"detail": {}}', 418],
  ])('is an error where it is %s', async (_what, body, status) => {
    const page = await newPage();
    await page.route(ANSWER, (route) => route.fulfill({ body, status }));
    await page.goto(`${site.server.url}?token=morel`);
    await page.locator('.problem').waitFor();
    expect(await page.locator('.skeleton').count()).toBe(0);
  });

  it('does not make the page wait for ever, nor ask without a pause', async () => {
    const page = await newPage();
    let reads = 0;
    await page.route(ANSWER, (route) => {
      reads += 1;
      return route.fulfill({ status: 503, body: '{}', headers: { 'retry-after': '1e12' } });
    });
    await page.clock.install();
    await page.goto(`${site.server.url}?token=morel`);
    await page.clock.runFor(1_000);
    await page.locator('.problem').waitFor();
    expect(reads).toBe(1);
    const again = page.waitForResponse(ANSWER);
    await page.clock.runFor(3_605_000);
    await again;
    expect(reads).toBe(2);
  });
});

describe('whatever does not answer', () => {
  it('is an error in the end: the dashboard', async () => {
    const page = await newPage();
    await page.clock.install();
    await page.route(ANSWER, () => undefined);
    await page.goto(`${site.server.url}?token=morel`);
    await page.clock.runFor(25_000);
    await page.getByRole('heading', { name: 'The server does not answer' }).waitFor();
  });

  it('is not waited for: the messages of a language, the embedded server', async () => {
    const page = await newPage();
    await page.clock.install();
    await page.route('**/fr.js', () => undefined);
    await page.route('**/embedded/customers', () => undefined);
    await page.goto(`${site.server.url}?token=morel`);
    await page.clock.runFor(1_000);
    await page.locator('.skeleton').first().waitFor();
    await page.waitForFunction(() => document.documentElement.lang === 'en');
    await page.clock.runFor(10_000);
    await page.getByRole('region', { name: 'Next bills', exact: true }).waitFor();
  });

  it('says so when the page’s own script is missing', async () => {
    const page = await newPage();
    await page.route('**/main.js', (route) => route.abort());
    await page.goto(site.server.url);
    await page.getByText('The page could not be started.').waitFor();
  });
});

/** Runs before the page's own script. */
const BREAKAGES: Readonly<Record<string, string>> = {
  'money cannot be written':
    "Object.defineProperty(Intl.NumberFormat.prototype, 'format', { get() { throw new Error('no'); } })",
  'dates cannot be written':
    "Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', { get() { throw new RangeError('no'); } })",
  'a period cannot be written':
    "Intl.DateTimeFormat.prototype.formatRange = () => { throw new RangeError('no'); }",
  'days cannot be counted': "Intl.RelativeTimeFormat.prototype.format = () => { throw 'a text'; }",
  'plurals are unknown': 'Intl.PluralRules.prototype.select = () => { throw null; }',
  'no language is known':
    "Object.defineProperty(navigator, 'languages', { get() { throw new Error('no'); } })",
  'nothing can be fetched': "window.fetch = () => { throw new TypeError('no'); }",
  'an answer has no text': "Response.prototype.text = () => Promise.reject(new Error('no'))",
};

describe('whatever is thrown', () => {
  it.each(Object.entries(BREAKAGES))('is an error that can be read: %s', async (_what, script) => {
    const page = await newPage();
    await page.addInitScript(script);
    await page.goto(`${site.server.url}?token=morel@en-GB`);
    await page.locator('.problem').waitFor();
    expect(await page.locator('.skeleton').count()).toBe(0);
    expect(await page.locator('.problem').innerText()).not.toMatch(/RangeError|TypeError|\bno\b/);
  });

  it('can be tried again', async () => {
    const page = await newPage();
    await page.goto(`${site.server.url}?token=morel@en-GB`);
    await shown(page).first().waitFor();
    await page.evaluate(`
      const own = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'formatRange');
      window.mend = () => Object.defineProperty(Intl.DateTimeFormat.prototype, 'formatRange', own);
      Intl.DateTimeFormat.prototype.formatRange = () => { throw new RangeError('for a while'); };
    `);
    const answered = page.waitForResponse(ANSWER);
    await page.getByRole('slider').fill('20');
    await answered;
    await page.locator('main[aria-busy=false]').waitFor();
    await failed(page).waitFor();
    // The clock and the picker are still there.
    expect(await page.getByRole('slider').count()).toBe(1);
    await page.evaluate('mend()');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'Upcoming charges', exact: true }).waitFor();
  });
});

describe('on paper', () => {
  it('there are figures, and nothing to turn, pick or press', async () => {
    const { page } = await visit(site.browser, `${site.server.url}?token=quasar`);
    await shown(page).first().waitFor();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.getByRole('region', { name: 'Next bills', exact: true }).isVisible()).toBe(
      true,
    );
    for (const selector of [
      '.clock',
      '.picker',
      '.skip',
      '.support',
      '.adds-up:not([open])',
      'button',
    ]) {
      const visible = await page
        .locator(selector)
        .evaluateAll((all) =>
          all.filter((one) => one.getClientRects().length > 0).map((one) => one.outerHTML),
        );
      expect([selector, visible]).toEqual([selector, []]);
    }
    const [background, ink] = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [backgroundColor, color];
    });
    expect([background, ink]).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  });
});

describe('under a policy without inline styles', () => {
  it('needs none: no element has a style attribute and nothing is blocked', async () => {
    const { page, complaints } = await visit(site.browser, `${site.server.url}?token=quasar`);
    await shown(page).first().waitFor();
    expect(await page.locator('[style], style').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
