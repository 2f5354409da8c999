import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from '../../services/portal/test/browser.ts';
import { startService, type ServiceProcess } from './process.ts';
import { SECRET } from './corner.ts';
import { startCommand, type StartedCommand } from './start-command.ts';

/** A site of somebody else: an empty page, on an origin of its own. */
interface Site {
  readonly origin: string;
  readonly server: Server;
  page: Page;
}

let data = '';
let browser: Browser;
let started: StartedCommand;
let withoutStore: ServiceProcess;
let [allowed, foreign] = [] as unknown as [Site, Site];

async function openSite(): Promise<Site> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>x</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, server, page: undefined as unknown as Page };
}

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'cross-origin-'));
  [allowed, foreign] = await Promise.all([openSite(), openSite()]);
  started = await startCommand(
    ['--clock', '2026-11-23T10:00:00Z', '--data', data, '--cors-origin', allowed.origin],
    { PORTAL_JWT_SECRET: SECRET },
  );
  withoutStore = await startService('reader', {
    PORTAL_JWT_SECRET: SECRET,
    REDIS_URL: 'redis://127.0.0.1:1',
    CORS_ORIGINS: allowed.origin,
  });
  browser = await launchBrowser();
  for (const site of [allowed, foreign]) {
    site.page = await browser.newPage();
    await site.page.goto(site.origin);
  }
});

afterAll(async () => {
  await browser.close();
  await Promise.all([started.kill('SIGTERM'), withoutStore.kill('SIGTERM')]);
  for (const { server } of [allowed, foreign]) {
    server.closeAllConnections();
    server.close();
  }
  await rm(data, { recursive: true });
});

interface Seen {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | null>>;
}

const EXPOSED = ['ETag', 'Consistency-Token', 'Server-Timing', 'X-Request-Id', 'Retry-After'];
const MORE = ['WWW-Authenticate', 'Dashboard-Status'];

interface Init {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly cache?: 'no-store';
}

/** As a client in that page reads it with `fetch`; null when the browser lets it see nothing. */
const fetched = (page: Page, url: string, init: Init = {}): Promise<Seen | null> =>
  page.evaluate(
    async ([address, options, names]) => {
      try {
        const answer = await fetch(address, options);
        const text = await answer.text();
        return {
          status: answer.status,
          body: text === '' ? null : (JSON.parse(text) as unknown),
          headers: Object.fromEntries(names.map((name) => [name, answer.headers.get(name)])),
        };
      } catch {
        return null;
      }
    },
    [url, init, [...EXPOSED, ...MORE]] as const,
  );

/** The same with XMLHttpRequest, as axios and older code do. */
const requested = (page: Page, url: string, headers: Readonly<Record<string, string>>) =>
  page.evaluate(
    ([address, given, names]) =>
      new Promise<Seen | null>((resolve) => {
        const request = new XMLHttpRequest();
        request.open('GET', address);
        request.withCredentials = true;
        for (const [name, value] of Object.entries(given)) request.setRequestHeader(name, value);
        request.onload = () => {
          resolve({
            status: request.status,
            body: JSON.parse(request.responseText) as unknown,
            headers: Object.fromEntries(
              names.map((name) => [name, request.getResponseHeader(name)]),
            ),
          });
        };
        request.onerror = () => {
          resolve(null);
        };
        request.send();
      }),
    [url, headers, [...EXPOSED, ...MORE]] as const,
  );

/** What real clients put on their GET. */
const TYPED = { 'Content-Type': 'application/json' };
const USUAL = {
  ...TYPED,
  Accept: 'application/json, text/plain, */*',
  'Accept-Language': 'de',
  'Cache-Control': 'no-cache',
  Pragma: 'no-cache',
  'X-Requested-With': 'XMLHttpRequest',
  'X-Request-Id': 'page-1',
};

describe('a page on another origin', () => {
  const answerOf = (): string => started.customers[0]!.answer;
  const bare = (): string => answerOf().split('?')[0]!;

  it('reads the dashboard and its headers through a preflight', async () => {
    const direct = (await (await fetch(answerOf())).json()) as object;
    for (const headers of [TYPED, USUAL, {}]) {
      const seen = await fetched(allowed.page, answerOf(), { headers });
      expect([seen?.status, seen?.body]).toEqual([200, direct]);
      expect(seen?.headers['ETag']).toMatch(/^"/);
      expect(seen?.headers['Consistency-Token']).toContain('billing.');
      expect(seen?.headers['Server-Timing']).toContain('store;dur=');
    }
  });

  it('reads it with XMLHttpRequest too, cookies and all', async () => {
    const direct = (await (await fetch(answerOf())).json()) as object;
    for (const headers of [TYPED, USUAL]) {
      const seen = await requested(allowed.page, answerOf(), headers);
      expect([seen?.status, seen?.body]).toEqual([200, direct]);
      expect(seen?.headers['ETag']).toMatch(/^"/);
    }
  });

  it('may give the token in a header, and ask again with the tag it has', async () => {
    const token = new URL(answerOf()).searchParams.get('token')!;
    const headers = { ...TYPED, Authorization: `Bearer ${token}` };
    const first = await fetched(allowed.page, bare(), { headers });
    expect(first?.status).toBe(200);
    const again = await fetched(allowed.page, bare(), {
      cache: 'no-store',
      headers: {
        ...headers,
        'If-None-Match': first!.headers['ETag']!,
        'Consistency-Token': 'x/0@1',
      },
    });
    expect([again?.status, again?.body]).toEqual([304, null]);
  });

  it('reads what is wrong: 401, 405, 422, 503', async () => {
    const refusedToken = await fetched(allowed.page, `${bare()}?token=x`, { headers: TYPED });
    expect([refusedToken?.status, refusedToken?.body]).toEqual([
      401,
      { detail: 'Invalid portal token' },
    ]);
    expect(refusedToken?.headers['WWW-Authenticate']).toBe('Bearer error="token_malformed"');
    const missing = await requested(allowed.page, bare(), TYPED);
    expect(missing?.status).toBe(422);
    expect(missing?.body).toMatchObject({ detail: [{ loc: ['query', 'token'] }] });
    const posted = await fetched(allowed.page, bare(), { method: 'POST', body: 'x' });
    expect([posted?.status, posted?.body]).toEqual([405, { detail: 'Method Not Allowed' }]);
    const token = new URL(answerOf()).searchParams.get('token')!;
    const late = `${withoutStore.url}/portal/dashboard_summary?token=${token}`;
    const away = await fetched(allowed.page, late, { headers: TYPED });
    expect([away?.status, away?.body]).toEqual([
      503,
      { detail: 'Dashboard temporarily unavailable' },
    ]);
    expect(away?.headers['Retry-After']).toBe('1');
  });

  it('sees nothing at all when its origin is not allowed', async () => {
    for (const url of [answerOf(), `${bare()}?token=x`, bare(), `${started.url}/openapi.json`]) {
      expect(await fetched(foreign.page, url)).toBeNull();
      expect(await fetched(foreign.page, url, { headers: TYPED })).toBeNull();
      expect(await requested(foreign.page, url, TYPED)).toBeNull();
    }
  });

  it('never sees the list of customers, which holds tokens, nor may it add events', async () => {
    for (const { page } of [allowed, foreign]) {
      expect(await fetched(page, `${started.url}/embedded/customers`)).toBeNull();
      const event = { method: 'POST', body: '{}' };
      expect(await fetched(page, `${started.url}/events`, event)).toBeNull();
    }
  });
});
