import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand, startCommand, watchCommand } from './start-command.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'command-'));
});
afterAll(() => rm(root, { recursive: true }));
const dataFolder = () => mkdtemp(join(root, 'data-'));

describe('npm start as a command', () => {
  it('prints a line for curl that answers, and ends well when told to', async () => {
    const data = await dataFolder();
    const watched = await watchCommand(['--port', '0', '--data', data], 'curl ');
    const [, link] = /curl '([^']+)'/.exec(watched.line) ?? [];
    expect((await fetch(link ?? '')).status).toBe(200);
    expect(await watched.kill('SIGTERM')).toBe(0);
  });

  it.each([
    [['--port', 'http'], '--port: "http" is no port'],
    [['--port', '65536'], '--port: "65536" is no port'],
    [['--clock', 'yesterday'], '--clock: "yesterday" is no instant such as'],
    [
      ['--clock', '2026-11-10'],
      '--clock: "2026-11-10" is a date alone, which names no instant: write',
    ],
    [['--cors-origin', 'portal.example'], '--cors-origin: must be a comma list of origins'],
    [['--events', '/no/such/file'], '--events: /no/such/file does not exist'],
    [['--speed', 'high'], "unknown option '--speed'"],
    [['--follow=yes'], '--follow'],
  ])('refuses %j with exit code 2 and says why', async (args, why) => {
    const { code, out, err } = await runCommand(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(why);
  });

  it('says what to do when the port is in use, and exits with 1', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, err } = await runCommand(['--port', String(port), '--data', await dataFolder()]);
    expect(code).toBe(1);
    expect(err).toContain(`port ${port} is in use`);
    expect(err).toContain('--port 0');
    taken.close();
  });
});

describe('npm start where others can reach it', () => {
  it('warns, and its links are short-lived; on this machine alone it does neither', async () => {
    // Loopback in a spelling that is taken for any other address.
    for (const [host, warns, hours] of [
      ['127.1', true, 12],
      ['127.0.0.1', false, 365 * 24],
    ] as const) {
      const started = await startCommand(['--host', host, '--data', await dataFolder()]);
      expect(started.said.some((line) => line.includes('can add events'))).toBe(warns);
      const token = new URL(started.customers[0]!.answer).searchParams.get('token')!;
      const claims = Buffer.from(token.split('.')[1]!, 'base64url').toString();
      const { exp } = JSON.parse(claims) as { readonly exp: number };
      expect(Math.round((exp - Date.now() / 1_000) / 3_600)).toBe(hours);
      expect(await started.kill('SIGTERM')).toBe(0);
    }
  });

  it('ends at once though somebody holds a silent connection', async () => {
    const started = await startCommand(['--data', await dataFolder()]);
    const silent = connect(Number(new URL(started.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    expect(await started.kill('SIGTERM')).toBe(0);
  });
});

describe('pages of other sites', () => {
  it('reach neither the list of customers by another name, nor POST /events', async () => {
    const started = await startCommand(['--data', await dataFolder()]);
    const asked = (path: string, init: RequestInit & { headers: Record<string, string> }) =>
      new Promise<number | undefined>((resolve, reject) => {
        // fetch sets Host itself.
        request(`${started.url}${path}`, { method: init.method ?? 'GET', headers: init.headers })
          .on('response', (response) => {
            response.resume();
            resolve(response.statusCode);
          })
          .on('error', reject)
          .end();
      });
    expect(await asked('/embedded/customers', { headers: { host: 'evil.example' } })).toBe(421);
    expect(await asked('/embedded/customers', { headers: {} })).toBe(200);
    const headers = { 'sec-fetch-site': 'cross-site' };
    expect(await asked('/events', { method: 'POST', headers })).toBe(403);
    const foreign = { origin: 'https://evil.example' };
    expect(await asked('/events', { method: 'POST', headers: foreign })).toBe(403);
    expect(await started.kill('SIGTERM')).toBe(0);
  });
});
