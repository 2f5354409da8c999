import { request } from 'node:http';
import { hostname } from 'node:os';
import { type Micros } from '@portal/billing';
import { createLogger, listen, type Listening } from '@portal/runtime';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createEmbeddedApp } from '../../src/embedded/app.ts';
import { isLoopback, isThisMachine } from '../../src/embedded/origin.ts';

let server: Listening | undefined;
afterEach(async () => {
  await server?.stop();
});

/** The app as if it listened on `host`; a request with these headers gets this status. */
async function embeddedOn(host: string, accept = () => Promise.resolve(true)) {
  const log: string[] = [];
  const app = createEmbeddedApp({
    ...{ reader: express(), host, pageFolder: '.', frozen: false, accept },
    now: () => 0 as Micros,
    links: () => [],
    logger: createLogger({
      service: 'test',
      level: 'error',
      destination: { write: (line: string) => void log.push(line) },
    }),
  });
  server = await listen(app, { port: 0, host: '127.0.0.1' });
  const { port } = server;
  const ask = (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ) =>
    new Promise<{ readonly status?: number; readonly text: string }>((resolve, reject) => {
      request({ port, host: '127.0.0.1', method, path, headers: { ...headers } })
        .on('response', (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, text });
          });
        })
        .on('error', reject)
        .end(body);
    });
  return { ask, port, log };
}

describe('a name that a server on this machine only is asked by', () => {
  it.each([
    ['localhost', 200],
    ['LOCALHOST:8080', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:8080', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['10.0.0.7', 421],
    ['[::1', 421],
  ])('%s: %i', async (host, status) => {
    const { ask } = await embeddedOn('127.0.0.1');
    expect((await ask('GET', '/embedded/customers', { host })).status).toBe(status);
    expect((await ask('POST', '/events', { host }, '{}')).status).toBe(status === 200 ? 422 : 421);
  });
});

describe('a name that a server for others is asked by', () => {
  it.each([
    ['192.168.1.5:8080', 200],
    ['[fe80::1]:8080', 200],
    [`${hostname()}:8080`, 200],
    ['localhost:8080', 200],
    ['rebound.example', 421],
  ])('%s: %i', async (host, status) => {
    const { ask } = await embeddedOn('0.0.0.0');
    expect((await ask('GET', '/embedded/customers', { host })).status).toBe(status);
  });

  it('may be the one it was given', async () => {
    const { ask } = await embeddedOn('box.example');
    expect((await ask('GET', '/embedded/customers', { host: 'box.example:80' })).status).toBe(200);
    expect((await ask('GET', '/embedded/customers', { host: 'x.box.example' })).status).toBe(421);
  });
});

describe('a page', () => {
  it.each(['127.0.0.1', '0.0.0.0'])(
    'of another origin can neither list nor add (%s)',
    async (on) => {
      const { ask, port } = await embeddedOn(on);
      const own = { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` };
      expect((await ask('POST', '/events', own, '{}')).status).toBe(422);
      for (const foreign of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `http://127.0.0.1:${port + 1}` },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const headers = { ...own, origin: '', ...foreign };
        expect((await ask('POST', '/events', headers, '{}')).status).toBe(403);
        expect((await ask('GET', '/embedded/customers', headers)).status).toBe(403);
      }
    },
  );
});

describe('the list of links', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['::1', '::1', true],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1', true],
    ['192.168.1.5', '192.168.1.5', true],
    ['192.168.1.9', '192.168.1.5', false],
    ['::ffff:10.0.0.7', '::ffff:10.0.0.1', false],
    [undefined, undefined, false],
  ])('is for this machine: from %s to %s: %j', (remoteAddress, localAddress, own) => {
    expect(isThisMachine({ remoteAddress, localAddress })).toBe(own);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.0.1', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.example.com', false],
  ])('knows what only this machine reaches: %s: %j', (host, only) => {
    expect(isLoopback(host)).toBe(only);
  });
});

describe('an error', () => {
  it('tells a stranger nothing of what went wrong; the log has it', async () => {
    const failing = () => Promise.reject(new Error('no room at /var/secret'));
    const { ask, log } = await embeddedOn('127.0.0.1', failing);
    const event = {
      ...{ event_id: 'e', event_type: 'customer.erased', occurred_at: '2026-01-01T00:00:00Z' },
      ...{ source: 's', organization_id: '6a0e2c9e-4f0b-4d0e-9a57-3b1f3f5c9d01' },
      customer_id: 'c2b7a9d4-1d7f-4a63-8a44-0f6f2f8e7b10',
    };
    const answer = await ask('POST', '/events', {}, JSON.stringify(event));
    expect(answer).toEqual({ status: 500, text: '{"detail":"Internal Server Error"}' });
    expect(log.join('')).toContain('no room at /var/secret');
  });

  it.each([
    ['an encoding nobody knows', { 'content-encoding': 'banana' }, 415],
    ['a body that is no gzip', { 'content-encoding': 'gzip' }, 400],
  ])('of %s is told in our words', async (_name, headers, status) => {
    const { ask } = await embeddedOn('127.0.0.1');
    const answer = await ask('POST', '/events', headers, 'banana');
    expect(answer).toEqual({
      status,
      text: '{"detail":[{"loc":["body"],"msg":"cannot be read","type":"body_invalid"}]}',
    });
  });
});
