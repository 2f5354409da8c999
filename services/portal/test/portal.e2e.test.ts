import { describe, expect, it, jest } from '@jest/globals';
import axe from 'axe-core';
import { type Page } from 'playwright-core';
import { visit } from './browser.ts';
import { NOW } from './canned.ts';
import { REASON } from './canned-incomplete.ts';
import { openAll, plain, servedPage } from './served-page.ts';
import { startServer } from './server.ts';

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true } as const;

jest.setTimeout(120_000);

const site = servedPage();

const open = (query: string, options = {}) => visit(site.browser, site.server.url + query, options);
const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const textOf = async (page: Page, name: string) => plain(await card(page, name).innerText());

async function violations(page: Page): Promise<readonly string[]> {
  // Evaluated, not added as a script: the page's policy forbids inline scripts.
  await page.evaluate(axe.source);
  const found = await page.evaluate('axe.run()');
  return (found as axe.AxeResults).violations.map(
    (one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`,
  );
}

describe('the portal page', () => {
  it('shows every card in the customer’s language and currency, and leaves the server for nothing', async () => {
    const { page, complaints } = await open('?token=morel@en-GB');
    await card(page, 'Next bills').waitFor();
    expect(await textOf(page, 'Next bills')).toMatch(
      /Team[^]*€149.00[^]*6 December 2026[^]*in 13 days/,
    );
    expect(await textOf(page, 'Upcoming charges')).toMatch(/€149.00[^]*€67.42[^]*€216.42/);
    expect(await textOf(page, 'Wallet')).toMatch(/€209.20[^]*Welcome credit[^]*€25.00[^]*€184.20/);
    expect(await textOf(page, 'Outstanding invoices')).toMatch(/€218.73[^]*Overdue/);
    expect(await textOf(page, 'Usage this period')).toMatch(/372,418 of 500,000[^]*Not included/);
    expect(complaints).toEqual([]);
  });

  it('tells a screen reader how full each feature is', async () => {
    const { page } = await open('?token=morel@en-GB');
    const bar = page.getByRole('progressbar', { name: 'Compute minutes' });
    expect(plain((await bar.getAttribute('aria-valuetext')) ?? '')).toBe('5,420.5 of 6,000, 90.3%');
    expect(await bar.evaluate((node) => (node as HTMLProgressElement).value)).toBeCloseTo(90.3417);
  });

  it('moves the time-relative figures when the clock is turned, marks them, says so, and comes back', async () => {
    const { page } = await open('?token=morel@en-GB');
    await card(page, 'Next bills').waitFor();
    await page.getByRole('slider').fill('20');
    await page.locator('.changed').first().waitFor();
    expect(await textOf(page, 'Next bills')).toContain('5 January 2027');
    expect(await textOf(page, 'Wallet')).not.toContain('Welcome credit');
    const marked = await page
      .locator('.changed')
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-figure')?.split('/')[0]));
    expect(new Set(marked)).toEqual(new Set(['bills', 'charges', 'usage', 'wallet']));
    expect(plain(await page.locator('[aria-live=polite]').innerText())).toBe(
      'Shown as of 13 December 2026.\n\nChanged: Next bills, Upcoming charges, Usage this period and Wallet.',
    );
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByText('in 13 days').first().waitFor();
    expect(site.server.reads.at(-1)?.get('at')).toBeNull();
  });

  it('reads at the exact time that was typed, in the browser’s zone', async () => {
    const { page } = await open('?token=morel@en-GB');
    await card(page, 'Next bills').waitFor();
    await page.getByLabel('Exact time, in your zone').fill('2026-12-24T18:30');
    await page.locator('.changed').first().waitFor();
    expect(site.server.reads.at(-1)?.get('at')).toBe('2026-12-24T17:30:00.000Z');
  });

  it('picks another sample customer, in its own currency, and keeps the choice in the address', async () => {
    const { page } = await open('');
    await card(page, 'Prochaines factures').waitFor();
    expect(site.server.reads.at(-1)?.get('token')).toBe('morel');
    await page.getByLabel('Client d’exemple').selectOption('1');
    await page.getByText('2026年12月6日').first().waitFor();
    expect(await textOf(page, '次回のご請求')).toContain('14,900');
    expect(new URL(page.url()).searchParams.get('token')).toBe('shirakawa');
  });

  it('works by keyboard alone', async () => {
    const { page } = await open('?token=morel@en-GB');
    await card(page, 'Next bills').waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('dashboard');
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('in 12 days').first().waitFor();
    await page.keyboard.press('End');
    await page.getByText('in 400 days').first().waitFor();
    await page.getByRole('button', { name: 'Back to now' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('in 13 days').first().waitFor();
    await page.getByLabel(/How this adds up: .API calls/).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Range 1: first').waitFor();
  });

  it('says what is incomplete, why, and where, and shows no zero in its place', async () => {
    const { page } = await open('?token=quasar');
    const banner = card(page, 'Some figures are not complete');
    await banner.waitFor();
    expect(await banner.innerText()).not.toContain(REASON);
    await banner.getByText('For support').click();
    expect(await banner.innerText()).toContain(REASON);
    expect(await textOf(page, 'Upcoming charges')).toMatch(
      /Incomplete[^]*Card payments[^]*This kind of price is not known here yet\.[^]*Not available/,
    );
  });

  it.each([
    ['en-GB', 'Time zone rules are being updated', 'another version of the time zone rules.'],
    ['de-DE', 'Die Zeitzonenregeln werden gerade aktualisiert', 'Fassung der Zeitzonenregeln'],
    ['fr-FR', 'Les règles de fuseau horaire sont en cours de mise à jour', 'une autre version'],
    ['es-ES', 'Las reglas de zona horaria se están actualizando', 'otra versión'],
    ['pt-BR', 'As regras de fuso horário estão sendo atualizadas', 'outra versão'],
    ['ja-JP', 'タイムゾーン規則を更新しています', '別の版のタイムゾーン規則'],
  ])(
    'does not call figures old that only follow other time zone rules: %s',
    async (tag, title, line) => {
      const { page } = await open(`?token=rolling@${tag}`);
      const banner = page.locator('.banner');
      await banner.waitFor();
      expect(await banner.getByRole('heading').innerText()).toBe(title);
      expect(await banner.innerText()).toContain(line);
    },
  );

  it('says so when there is nothing to bill, to use or to pay', async () => {
    const { page } = await open('?token=kestrel');
    await page.getByText('Everything is paid.').waitFor();
    expect(await page.locator('.empty').count()).toBe(5);
  });
});

describe('the portal page when there is nothing to show', () => {
  it.each([
    ['expired', 'This link has expired', 0],
    ['forged', 'This link is not valid', 0],
    ['', 'This address is not complete', 0],
    ['stranger', 'There is no billing data yet', 1],
    ['down', 'Billing data cannot be reached right now', 1],
    ['broken', 'Something went wrong on our side', 1],
  ])('%s: %s', async (token, title, retries) => {
    const { page, complaints } = await open(`?token=${token}`);
    await page.getByRole('heading', { name: title }).waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(retries);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('comes back when the server does', async () => {
    const failing = await startServer(site.folder);
    const { page } = await visit(site.browser, `${failing.url}?token=down`);
    const retry = page.getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    failing.recover();
    await retry.click();
    await card(page, 'Prochaines factures').waitFor();
    await failing.close();
  });

  it('needs nothing embedded: without it there is no picker and no clock', async () => {
    const bare = await startServer(site.folder, false);
    const { page } = await visit(site.browser, `${bare.url}?token=morel@en-GB`);
    await card(page, 'Next bills').waitFor();
    expect(await page.getByRole('slider').count()).toBe(0);
    expect(await page.getByLabel('Sample customer').count()).toBe(0);
    await bare.close();
  });
});

describe('the portal page for everyone', () => {
  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['on a phone', PHONE],
    ['on a phone in the dark', { ...PHONE, colorScheme: 'dark' }],
  ])('breaks no accessibility rule (%s)', async (_name, options) => {
    const { page } = await open('?token=quasar', { ...options, reducedMotion: 'reduce' });
    await card(page, 'Next bills').waitFor();
    await openAll(page);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('slider').fill('20');
    await page.locator('.changed').first().waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each(['morel', 'shirakawa', 'quasar', 'down'])(
    'fits a phone without scrolling sideways (%s)',
    async (token) => {
      const { page } = await open(`?token=${token}`, PHONE);
      await page.locator('.card:not(.skeleton), .problem').first().waitFor();
      await openAll(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    },
  );

  it('is dark where the reader wants it dark', async () => {
    const background = async (colorScheme: 'light' | 'dark') => {
      const { page } = await open('?token=morel@en-GB', { colorScheme });
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    };
    expect(await background('light')).toBe('rgb(244, 246, 248)');
    expect(await background('dark')).toBe('rgb(16, 22, 29)');
  });

  it('does not move for those who asked for less motion, and keeps the marks', async () => {
    const { page } = await open('?token=morel@en-GB', { reducedMotion: 'reduce' });
    await card(page, 'Next bills').waitFor();
    await page.getByRole('slider').fill('20');
    const changed = page.locator('.changed').first();
    await changed.waitFor();
    const style = await changed.evaluate((node) => {
      const { animationName, backgroundColor } = getComputedStyle(node);
      return { animationName, backgroundColor };
    });
    expect(style).toEqual({ animationName: 'none', backgroundColor: 'rgb(255, 240, 184)' });
  });

  it('keeps its clock at the server’s', async () => {
    const { page } = await open('?token=morel@en-GB');
    const shown = await page.locator('.clock time').getAttribute('datetime');
    expect(Date.parse(shown ?? '')).toBe(NOW);
  });
});
