import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest, sendRaw, statusOf } from './support/raw.ts';
import { type RunningReader, startReader, token } from './support/reader.ts';

let reader: RunningReader;
beforeAll(async () => {
  reader = await startReader({ allowAt: true });
});
afterAll(() => reader.stop());

/** Over a socket: a client library would mend what it is given. */
const ask = (method: string, target: string): Promise<Buffer> =>
  sendRaw(reader.url, rawRequest(method, target));

const KNOWN = ['/portal/dashboard_summary', '/openapi.json', '/livez', '/readyz', '/metrics'];

describe('a path', () => {
  it.each(KNOWN)('%s is known by this spelling, with any query', async (path) => {
    for (const query of ['', '?', `?token=${token()}`, `?x=%2F..//;\\&token=${token()}`]) {
      const status = statusOf(await ask('GET', path + query));
      expect([query, status]).toEqual([
        query,
        query.includes('token') || path !== KNOWN[0] ? 200 : 422,
      ]);
    }
  });

  /** Spellings that a server may take for the same path, and a gateway's rule may not, or the other way round. */
  const SPELLINGS: readonly (readonly [string, (path: string) => string])[] = [
    ['capital letters', (path) => path.toUpperCase()],
    [
      'one capital letter',
      (path) => path.replace(/[a-z](?=[^a-z]*$)/, (last) => last.toUpperCase()),
    ],
    ['a slash at the end', (path) => `${path}/`],
    ['two slashes at the start', (path) => `/${path}`],
    ['two slashes at the end', (path) => `${path}//`],
    ['a doubled slash inside', (path) => path.replace(/.(\/|$)/, (found) => `${found}//`)],
    [
      'an encoded letter',
      (path) => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    ],
    ['an encoded slash', (path) => `/${path.slice(1).replace('/', '%2F')}%2F`],
    [
      'an encoded underscore or dot',
      (path) => `${path.replace('_', '%5F').replace('.', '%2E')}%00`,
    ],
    ['an encoded question mark', (path) => `${path}%3Ftoken=x`],
    ['a dot segment', (path) => `/.${path}`],
    ['a dot segment at the end', (path) => `${path}/.`],
    ['a way down and up', (path) => `/x/..${path}`],
    ['an encoded way up', (path) => `/x/%2e%2e${path}`],
    ['a parameter of the path', (path) => `${path};x=1`],
    ['a backslash', (path) => path.replaceAll('/', '\\')],
    ['a backslash and a fragment', (path) => `/${path.slice(1).replaceAll('/', '\\')}\\#`],
    ['a fragment', (path) => `${path}#x`],
    ['an absolute form', (path) => `http://x${path}`],
    ['an absolute form with another scheme', (path) => `HTTPS://u:p@evil.example:1${path}`],
    ['no slash at the start', (path) => path.slice(1)],
    ['more behind it', (path) => `${path}.json`],
    ['a path below it', (path) => `${path}/x`],
  ];

  it.each(SPELLINGS)('spelt with %s is unknown, or no HTTP at all', async (_name, spelt) => {
    for (const path of KNOWN) {
      expect(spelt(path)).not.toBe(path);
      for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
        const answer = await ask(method, `${spelt(path)}?token=${token()}`);
        expect([400, 404]).toContain(statusOf(answer));
        if (statusOf(answer) === 404 && method === 'GET') {
          expect(answer.toString()).toMatch(/\r\n\r\n\{"detail":"Not Found"\}$/);
        }
      }
    }
  });

  it.each(['/', '/portal', '/portal/dashboard', '/%', '/%ZZ', '/..', '/.', '*', '/\u00e9'])(
    '%s is unknown',
    async (target) => {
      expect([400, 404]).toContain(statusOf(await ask('GET', target)));
    },
  );
});

describe('a method', () => {
  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND'])(
    '%s of the dashboard is 405',
    async (method) => {
      const answer = (await ask(method, '/portal/dashboard_summary')).toString();
      expect(answer).toMatch(/^HTTP\/1\.1 405 /);
      expect(answer).toMatch(/\r\nAllow: GET, HEAD, OPTIONS\r\n/);
      expect(answer).toMatch(/\{"detail":"Method Not Allowed"\}$/);
    },
  );

  it.each(['/portal/dashboard_summary', '/openapi.json'])(
    'OPTIONS of %s says what may be asked',
    async (path) => {
      const answer = (await ask('OPTIONS', path)).toString();
      expect(answer).toMatch(/^HTTP\/1\.1 204 /);
      expect(answer).toMatch(/\r\nAllow: GET, HEAD, OPTIONS\r\n/);
    },
  );
});
