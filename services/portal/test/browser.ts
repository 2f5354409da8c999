import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { requireService } from '@portal/testkit';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: requireService('CHROMIUM'),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** The folder of the built page; builds it when it is older than its sources. */
export function builtPage(): string {
  execFileSync(process.execPath, [join('scripts', 'build.mjs')], { stdio: 'pipe' });
  return join('services', 'portal', 'dist');
}

export interface Visit {
  readonly page: Page;
  /** Errors in the page's console, and requests that left the server: both must stay empty. */
  readonly complaints: readonly string[];
}

/** Opens an address in a fresh context. HTTP errors the contract foresees are no complaints. */
export async function visit(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({ timezoneId: 'Europe/Paris', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const origin = new URL(url).origin;
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const foreseen = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !foreseen) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`left the server: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}
