import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { builtPage, launchBrowser } from './browser.ts';
import { startServer, type TestServer } from './server.ts';

export interface ServedPage {
  readonly browser: Browser;
  readonly server: TestServer;
  /** Folder of the built page. */
  readonly folder: string;
}

/** A browser and a server of the built page for the tests of one file. What a test opens is closed behind it. */
export function servedPage(): ServedPage {
  let started: ServedPage | null = null;
  const there = (): ServedPage => {
    if (started === null) throw new Error('asked for before the tests begin');
    return started;
  };
  beforeAll(async () => {
    const folder = builtPage();
    const server = await startServer(folder);
    started = { folder, server, browser: await launchBrowser() };
  });
  afterEach(async () => {
    await Promise.all(
      there()
        .browser.contexts()
        .map((context) => context.close()),
    );
  });
  afterAll(async () => {
    await there().browser.close();
    await there().server.close();
  });
  return {
    get browser() {
      return there().browser;
    },
    get server() {
      return there().server;
    },
    get folder() {
      return there().folder;
    },
  };
}

/** Opens every disclosure, as somebody who wants to know everything would. */
export const openAll = (page: Page): Promise<void> =>
  page.locator('details').evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });

/** Without what only separates: the blanks that keep a figure together, and the isolation of foreign text. */
export const plain = (text: string): string =>
  text.replace(/[\u00a0\u202f\u2009]/g, ' ').replace(/[\u2066-\u2069]/g, '');
