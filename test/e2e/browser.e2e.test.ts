import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIso, type Micros } from '@portal/billing';
import { sampleCustomers, type SampleCustomer } from '@portal/cli';
import { type DashboardSummary, type Details } from '@portal/projection';
import { requireService } from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser, visit } from '../../services/portal/test/browser.ts';
import { SECRET } from './corner.ts';
import { startCommand, type StartedCommand } from './start-command.ts';

const CLOCK = '2026-11-23T10:00:00Z';
const SAMPLES = sampleCustomers(parseIso(CLOCK) as Micros);
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true } as const;

let root = '';
let started: StartedCommand;
let browser: Browser;

const linksOf = (sample: SampleCustomer) => {
  const link = started.customers.find(({ name }) => name === sample.name);
  if (link === undefined) throw new Error(`${sample.name} has no link`);
  return link;
};

const readSummary = async (answer: string): Promise<DashboardSummary> =>
  (await (await fetch(answer)).json()) as DashboardSummary;

type Detailed = DashboardSummary & { readonly details: Details };
const readDetailed = async (answer: string): Promise<Detailed> =>
  (await (await fetch(`${answer}&include=details`)).json()) as Detailed;

/** A card of the page, whatever the language of its title. */
const cardOf = (page: Page, name: string) => page.locator(`[data-card="${name}"]`);

/** The browser's language, which is the page's for customers whose own it does not speak. */
const BROWSER = { locale: 'en-GB' } as const;
const SPOKEN = ['en', 'de', 'fr', 'es', 'pt', 'ja'];
const shownIn = ({ locale }: SampleCustomer): string =>
  SPOKEN.includes(locale.slice(0, 2)) ? locale : BROWSER.locale;

/** The figure of one place of the page, as it stands there. */
const figure = (page: Page, name: string) => page.locator(`[data-figure="${name}"]`);

/** Blanks differ between versions of the browser's locale data; nothing else may. */
const plain = (text: string): string => text.replace(/\s/g, ' ').trim();

/** The page's own formatting is not asked: minor units by the currency's digits, then the locale. */
function moneyText(minor: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return plain(format.format(minor / 10 ** digits));
}

/** The same with all decimals; the samples have few enough for a float. */
function exactText(amount: string, currency: string, locale: string): string {
  const style = { style: 'currency', currency } as const;
  const digits = new Intl.NumberFormat(locale, style).resolvedOptions().maximumFractionDigits ?? 2;
  const format = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: 10 });
  return plain(format.format(Number(amount) / 10 ** digits));
}

/** Every sum of money of the default answer, with the place of the page it must stand in. */
function sumsOf(summary: DashboardSummary, locale: string): ReadonlyMap<string, string> {
  const { next_billing, upcoming_charges, quick_actions } = summary;
  const sums = new Map<string, string>();
  for (const bill of next_billing) {
    const text = moneyText(bill.amount_cents, bill.currency, locale);
    sums.set(`bills/${bill.subscription_id}/amount_cents`, text);
  }
  for (const charge of upcoming_charges) {
    for (const field of [
      'base_amount_cents',
      'usage_amount_cents',
      'total_estimated_cents',
    ] as const) {
      const text = moneyText(charge[field], charge.currency, locale);
      sums.set(`charges/${charge.subscription_id}/${field}`, text);
    }
  }
  const { currency } = quick_actions;
  if (quick_actions.has_wallet) {
    const text = moneyText(quick_actions.wallet_balance_cents, currency, locale);
    sums.set('wallet/all/wallet_balance_cents', text);
  }
  if (quick_actions.outstanding_invoice_count > 0) {
    const text = moneyText(quick_actions.outstanding_amount_cents, currency, locale);
    sums.set('invoices/all/outstanding_amount_cents', text);
  }
  return sums;
}

/** Each charge that is going to be billed: where it stands on the page and what must be read there. */
function itemsOf({ upcoming_charges, details }: Detailed, locale: string) {
  return upcoming_charges.flatMap(({ subscription_id: id, currency }) => {
    const own = details.subscriptions.find(({ subscription_id }) => subscription_id === id);
    return (own?.charges ?? [])
      .filter(({ amount }) => amount !== null)
      .map(({ charge_id, amount, parts, true_up }) => ({
        place: `charges/${id}/${charge_id}`,
        amounts: [amount ?? '', true_up, ...parts.flatMap(({ steps }) => steps.map(amountOf))]
          // Nothing is told of what costs nothing, and a quotient is cut.
          .filter((exact) => exact !== '0' && !/\.\d{11}/.test(exact))
          .map((exact) => exactText(exact, currency, locale)),
      }));
  });
}

const amountOf = ({ amount }: { readonly amount: string }): string => amount;

/** Saves a screenshot for people, when one is asked for. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['PORTAL_SCREENSHOTS'];
  if (folder === undefined || folder === '') return;
  await mkdir(folder, { recursive: true });
  const file = `${name.toLowerCase().replace(/[^a-z]+/g, '-')}.png`;
  await page.screenshot({ path: join(folder, file), fullPage: true });
}

describe('the portal page on the embedded server', () => {
  beforeAll(async () => {
    requireService('CHROMIUM');
    root = await mkdtemp(join(tmpdir(), 'browser-'));
    started = await startCommand(['--data', root, '--clock', CLOCK], { PORTAL_JWT_SECRET: SECRET });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    expect(await started.kill('SIGTERM')).toBe(0);
    await rm(root, { recursive: true });
  });

  it.each(SAMPLES)('shows $name the very figures of the API', async (sample) => {
    const link = linksOf(sample);
    const summary = await readSummary(link.answer);
    const { page, complaints } = await visit(browser, link.page, BROWSER);
    await cardOf(page, 'bills').waitFor();
    for (const [place, text] of sumsOf(summary, shownIn(sample))) {
      expect([place, plain(await figure(page, place).innerText())]).toEqual([place, text]);
    }
    for (const bill of summary.next_billing) {
      const date = figure(page, `bills/${bill.subscription_id}/next_billing_date`);
      expect(await date.locator('time').getAttribute('datetime')).toBe(bill.next_billing_date);
    }
    expect(await page.getByRole('progressbar').count()).toBe(
      summary.usage_progress.filter(({ usage_percentage }) => usage_percentage !== null).length,
    );
    expect(await page.locator('#customer option:checked').innerText()).toContain(sample.name);
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(shownIn(sample));
    await keepPicture(page, sample.name);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('shows the exact amount of each charge and of each of its steps', async () => {
    let charges = 0;
    for (const sample of SAMPLES) {
      const { page: address, answer } = linksOf(sample);
      const { page } = await visit(browser, address, BROWSER);
      await cardOf(page, 'charges').waitFor();
      for (const { place, amounts } of itemsOf(await readDetailed(answer), shownIn(sample))) {
        const row = page
          .getByRole('listitem')
          .filter({ has: figure(page, place) })
          .last();
        await row.locator('.adds-up > summary').click();
        const text = plain(await row.innerText());
        for (const amount of amounts) expect(text).toContain(amount);
        charges += 1;
      }
      await page.context().close();
    }
    expect(charges).toBeGreaterThan(10);
  });

  it('moves the dates as the slider moves, and reads them from the server', async () => {
    const [sample] = SAMPLES;
    const link = linksOf(sample!);
    const [bill] = (await readSummary(link.answer)).next_billing;
    const { page, complaints } = await visit(browser, link.page);
    const place = `bills/${bill?.subscription_id}/next_billing_date`;
    await figure(page, place).waitFor();
    await page.getByRole('slider').fill('40');
    await page.locator('.changed').first().waitFor();
    const [later] = (await readSummary(`${link.answer}&at=2027-01-02T10:00:00Z`)).next_billing;
    expect(later?.next_billing_date).not.toBe(bill?.next_billing_date);
    const shown = () => figure(page, place).locator('time').getAttribute('datetime');
    expect(await shown()).toBe(later?.next_billing_date);
    await keepPicture(page, 'forty days later');
    await page.locator('.clock button').click();
    await figure(page, place).locator(`time[datetime="${bill?.next_billing_date}"]`).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('runs under a policy that lets nothing in from elsewhere', async () => {
    const { headers } = await fetch(linksOf(SAMPLES[0]!).page);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toMatch(/style-src 'self'(;|$)/);
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toMatch(/https:|data:/);

    const { page, complaints } = await visit(browser, linksOf(SAMPLES[0]!).page);
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      document.body.append(script);
    });
    expect(await page.title()).not.toBe('taken over');
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(/Content Security Policy/);
    await page.context().close();
  });

  it('fits a phone for every sample customer, all of it opened, and leaves no figure empty', async () => {
    for (const sample of SAMPLES) {
      const { page, complaints } = await visit(browser, linksOf(sample).page, PHONE);
      await cardOf(page, 'bills').waitFor();
      for (const summary of await page.locator('summary').all()) await summary.click();
      const text = await page.locator('main').innerText();
      expect([sample.name, text.match(/undefined|null|NaN|Invalid|∞/)]).toEqual([
        sample.name,
        null,
      ]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([sample.name, width]).toEqual([sample.name, 360]);
      expect(complaints).toEqual([]);
      await keepPicture(page, `phone ${sample.name}`);
      await page.context().close();
    }
  });
});
