import { describe, expect, it, jest } from '@jest/globals';
import { type Page } from 'playwright-core';
import { visit } from './browser.ts';
import { plain, servedPage } from './served-page.ts';

jest.setTimeout(120_000);

const site = servedPage();

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function open(token: string): Promise<Page> {
  const { page } = await visit(site.browser, `${site.server.url}?token=${token}`);
  await card(page, 'Next bills').waitFor();
  return page;
}

/** What is read there, disclosures opened the way a reader opens them. */
async function textOf(page: Page, name: string): Promise<string> {
  for (const summary of await card(page, name).locator('summary').all()) await summary.click();
  return plain(await card(page, name).innerText());
}

describe('how a charge adds up', () => {
  it('is not in the way until somebody asks', async () => {
    const page = await open('morel@en-GB');
    expect(await page.getByText('Range 2: next').isVisible()).toBe(false);
    await page.getByLabel(/How this adds up: .API calls/).click();
    expect(await page.getByText('Range 2: next').isVisible()).toBe(true);
  });

  it('shows ranges with quantity, price and amount, every digit of them', async () => {
    const text = await textOf(await open('morel@en-GB'), 'Upcoming charges');
    expect(text).toMatch(/Range 1: first 100,000 × €0.00\s+€0.00/);
    expect(text).toMatch(/Range 2: next 272,418 × €0.00012\s+€32.69016/);
    expect(text).not.toContain('flat fee');
    expect(text).toContain('Fractions are dropped once');
  });

  it('names the parts of a charge and what lifts it to its minimum', async () => {
    const text = await textOf(await open('morel@en-GB'), 'Upcoming charges');
    expect(text).toMatch(/Large · 300.5[^]*300.5 × €0.025\s+€7.5125/);
    expect(text).toMatch(/Everything else · 5,120[^]*5,120 × €0.005\s+€25.60/);
    expect(text).toMatch(/Up to the minimum of this charge\s+€1.6175[^]*€34.73/);
  });

  it('has no decimals in a currency without, unless a price has', async () => {
    const text = await textOf(await open('shirakawa@en-GB'), 'Upcoming charges');
    expect(text).toMatch(/300\.5 × JP¥2\.5\s+JP¥751\.25/);
    expect(text).toMatch(/5,120 × JP¥0\.5\s+JP¥2,560\s/);
  });

  it('shows what cannot be priced in plain words, and no zero for it', async () => {
    const page = await open('quasar');
    const row = page.getByRole('listitem').filter({ hasText: 'Card payments' }).last();
    const text = plain(await row.innerText());
    expect(text).toContain('This kind of price is not known here yet.');
    expect(text).toContain('Not available');
    expect(text).not.toMatch(/\$0|€0|€0\.00/);
  });
});

describe('what stands', () => {
  it('is said to be carried over, with what it came to when it fell', async () => {
    const text = await textOf(await open('seats'), 'Upcoming charges');
    expect(text).toMatch(/Seats\s+3 units · carried over[^]*3 × €9\.00\s+€27\.00/);
    expect(text).toMatch(/People\s+0 units · carried over/);
    // More was given back than had been taken.
    expect(text).toMatch(/Loans\s+-2 units · carried over[^]*-2 × €9\.00\s+-€18\.00/);
    expect(text.match(/Carried over: it stands until it changes/g)).toHaveLength(1);
  });

  it('is no limit that resets', async () => {
    const text = await textOf(await open('seats'), 'Usage this period');
    expect(text).toMatch(/Seats\s+3 of 10[^]*30% · carried over into the next period/);
    expect(text).not.toContain('resets on');
  });

  it('is not available, and no zero, where it was counted instead of told by its steps', async () => {
    const page = await open('seats');
    expect(await textOf(page, 'Upcoming charges')).toMatch(
      /Machines\s+Its usage was not reported in the form its price needs[^]*Not available/,
    );
    expect(await textOf(page, 'Usage this period')).toMatch(/Machines\s+Not available/);
  });

  it('is said to be carried over of nothing else', async () => {
    const text = await textOf(await open('morel@en-GB'), 'Upcoming charges');
    expect(text).not.toMatch(/carried over/i);
  });
});

describe('a period that is not kept', () => {
  it('has no usage, no units and no carrying over, and says so', async () => {
    const page = await open('unkept');
    const charges = await textOf(page, 'Upcoming charges');
    expect(charges).toMatch(/Seats\s+Usage of this period is not kept\.[^]*Not available/);
    expect(charges).not.toMatch(/units|carried over/i);
    expect(charges).toMatch(/Usage so far\s+Not available/);
    expect(await textOf(page, 'Usage this period')).toMatch(
      /Seats\s+Not available[^]*Usage of this period is not kept\./,
    );
  });
});

describe('what belongs to a period', () => {
  it('is a minimum commitment with what is missing to it', async () => {
    const page = await open('morel@en-GB');
    const text = plain(await card(page, 'Minimum commitment').innerText());
    expect(text).toMatch(/Agreed for the period\s+€300.00/);
    expect(text).toMatch(/so far\s+€216.42[^]*Missing to the minimum\s+€83.58/);
  });

  it('is the period before, with its usage and whether the invoice is there', async () => {
    const page = await open('morel@en-GB');
    const text = plain(await card(page, 'Period before').innerText());
    expect(text).toMatch(/7 Oct – 6 Nov 2026[^]*Usage\s+€61.20[^]*Invoice\s+Has arrived/);
  });

  it('is said to be missing where it is, never nothing', async () => {
    const page = await open('quasar');
    const commitment = plain(await card(page, 'Minimum commitment').innerText());
    expect(commitment.match(/Not available/g)).toHaveLength(2);
    const before = plain(await card(page, 'Period before').innerText());
    expect(before).toMatch(/Usage\s+Not available[^]*Invoice\s+Cannot be told any more/);
    expect(before).toContain('Usage of this period is not kept.');
    expect(await textOf(page, 'Upcoming charges')).toContain('too large to be shown');
  });
});

describe('usage against limits', () => {
  it('goes beyond 100 % in words while the bar is full, to the ear as well', async () => {
    const page = await open('morel@en-GB');
    const text = await textOf(page, 'Usage this period');
    expect(text).toMatch(/187 of 150[^]*124.7% · resets on 6 December 2026[^]*37 over the limit/);
    const bar = page.getByRole('progressbar', { name: 'Storage (GB)' });
    expect(plain((await bar.getAttribute('aria-valuetext')) ?? '')).toBe(
      '187 of 150, 124.7%, 37 over the limit',
    );
    expect(await bar.evaluate((node) => (node as HTMLProgressElement).value)).toBe(100);
  });

  it('tells when a limit is reached at this pace, and how that was estimated', async () => {
    const page = await open('morel@en-GB');
    const forecast = page.getByText('At this pace, all of it is used between');
    expect(plain(await forecast.innerText())).toBe(
      'At this pace, all of it is used between 29 November 2026 and 1 December 2026',
    );
    const how = page.getByText('This is an estimate, not a promise').first();
    expect(await how.isVisible()).toBe(false);
    await forecast.click();
    expect(plain(await how.innerText())).toContain(
      'at the average pace of this period so far, and at that of the period before',
    );
  });

  it('promises no day after the period', async () => {
    const text = await textOf(await open('morel@en-GB'), 'Usage this period');
    expect(text).toContain('on 4 December 2026 at the earliest, if at all in this period');
    expect(text).not.toContain('13 December');
  });

  it('lists the same feature of another subscription apart, with its own limit', async () => {
    const text = await textOf(await open('morel@en-GB'), 'Usage this period');
    expect(text).toMatch(/Also in morel-archive\s+12 of 40, 30%/);
  });

  it('says why the usage of a feature is missing', async () => {
    const page = await open('quasar');
    expect(await textOf(page, 'Usage this period')).toMatch(
      /Compute minutes\s+Not available[^]*not reported in the form its price needs/,
    );
    expect(await page.getByRole('progressbar', { name: 'Compute minutes' }).count()).toBe(0);
  });
});

describe('money that is there, and money that is owed', () => {
  it('has credits in the order they are used, the ones that expire soon marked', async () => {
    const page = await open('morel@en-GB');
    const lines = await page
      .getByRole('list', { name: 'Credits, in the order they are used' })
      .getByRole('listitem')
      .allInnerTexts();
    expect(lines.map(plain)).toEqual([
      expect.stringMatching(/^Welcome credit Expires soon\s+until 3 December 2026\s+€25.00$/),
      expect.stringMatching(/^Prepaid credits\s+€184.20$/),
    ]);
    expect(await textOf(page, 'Wallet')).toContain(
      'If it pays for usage alone, it is used up between 1 February 2027 and 15 February 2027',
    );
  });

  it('counts what is overdue, in each currency by itself', async () => {
    const text = await textOf(await open('quasar'), 'Outstanding invoices');
    expect(text).toContain('€218.73 on 1 invoice, due on November 19, 2026');
    expect(text).toContain('KWD 1,545.500 on 2 invoices, the oldest due on October 31, 2026');
  });

  it('is summed by currency when there is more than one, and only then', async () => {
    const text = await textOf(await open('quasar'), 'Totals by currency');
    expect(text).toMatch(/EUR[^]*Upcoming\s+€1,406\.42[^]*Outstanding, 1 invoice\s+€218\.73/);
    expect(text).toMatch(/KWD[^]*Outstanding, 2 invoices\s+KWD 1,545\.500/);
    expect(await card(await open('morel@en-GB'), 'Totals by currency').count()).toBe(0);
  });
});

describe('what will happen to a subscription', () => {
  it('is its trial and its change of plan, with the day of each', async () => {
    const text = await textOf(await open('morel@en-GB'), 'Next bills');
    expect(text).toContain('Change to Business on 6 December 2026, €299.00');
    expect(text).toContain('Trial until 29 November 2026');
  });

  it('is its start, before which there is nothing to count, and its end, after which nothing resets', async () => {
    const page = await open('danan');
    expect(await textOf(page, 'Next bills')).toMatch(
      /Ends on 26 November 2026[^]*Not begun It starts with its first bill\./,
    );
    const charges = await textOf(page, 'Upcoming charges');
    expect(charges).toMatch(/Compute minutes\s+Not begun/);
    expect(charges).not.toContain('Incomplete');
    expect(charges).not.toContain('0 units');
    expect(await textOf(page, 'Usage this period')).not.toMatch(/API calls[^]*resets on/);
  });
});
