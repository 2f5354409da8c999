import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DASHBOARDS, EMBEDDED, NOW, readIn } from './canned.ts';

/** Stricter than what the embedded server sends: the page must need nothing beyond its own files. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
};

/** Errors of the contract by the token that asks for them. */
const ERRORS: Readonly<Record<string, readonly [status: number, detail: unknown]>> = {
  expired: [401, 'Portal token has expired'],
  forged: [401, 'Invalid portal token'],
  stranger: [404, 'Customer not found'],
  '': [422, [{ loc: ['query', 'token'], msg: 'Field required', type: 'missing', input: null }]],
  down: [503, 'Dashboard temporarily unavailable'],
  broken: [500, 'Internal Server Error'],
  malformed: [200, 'a dashboard is no text'],
};

export interface TestServer {
  readonly url: string;
  /** Query strings of the dashboard reads so far. */
  readonly reads: readonly URLSearchParams[];
  /** Makes the token `down` answer from now on. */
  readonly recover: () => void;
  readonly close: () => Promise<void>;
}

/** Serves the built page and answers as the contract says, from canned dashboards. */
export async function startServer(dist: string, embedded = true): Promise<TestServer> {
  const reads: URLSearchParams[] = [];
  let recovered = false;
  const answer = (query: URLSearchParams, response: ServerResponse): void => {
    reads.push(query);
    // `morel@de-AT` is the customer morel with that portal_locale.
    const [token = '', locale = null] = (query.get('token') ?? '').split('@');
    const error = recovered ? undefined : ERRORS[token];
    const dashboard = DASHBOARDS[recovered && token === 'down' ? 'morel' : token];
    if (error !== undefined || dashboard === undefined) {
      const [status, detail] = error ?? [401, 'Invalid portal token'];
      const wait = status === 503 ? { 'retry-after': '600' } : {};
      json(response, status, { detail }, wait);
      return;
    }
    const at = query.get('at');
    const body = dashboard(at === null ? NOW : Date.parse(at));
    json(response, 200, locale === null ? body : readIn(locale, body));
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/portal/dashboard_summary') answer(url.searchParams, response);
    else if (url.pathname === '/embedded/customers' && embedded) json(response, 200, EMBEDDED);
    else void file(join(dist, url.pathname === '/' ? 'index.html' : url.pathname), response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    reads,
    recover: () => {
      recovered = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  more: Record<string, string> = {},
): void {
  response.writeHead(status, { ...HEADERS, ...more, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function file(path: string, response: ServerResponse): Promise<void> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) {
    json(response, 404, { detail: 'Not Found' });
    return;
  }
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(path)] ?? 'text/plain' });
  response.end(bytes);
}
