import { request } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { at } from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Embedded, startEmbedded } from '../../src/embedded/embedded.ts';

let folder = '';
let embedded: Embedded;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-paths-'));
  const pageFolder = join(folder, 'page');
  await mkdir(join(pageFolder, 'words'), { recursive: true });
  await writeFile(join(pageFolder, 'index.html'), '<!doctype html>');
  await writeFile(join(pageFolder, 'main.js'), '1');
  await writeFile(join(pageFolder, 'words', 'de.json'), '{}');
  await writeFile(join(folder, 'secret.txt'), 'not for anybody');
  embedded = await startEmbedded({
    events: [],
    samples: false,
    follow: false,
    port: 0,
    host: '127.0.0.1',
    frozenAt: at('2026-11-23T10:00:00Z'),
    secret: 'any secret that is long enough for a test',
    corsOrigins: [],
    settings: DEFAULT_SETTINGS,
    datePolicy: 'calendar',
    dataFolder: join(folder, 'data'),
    pageFolder,
    logger: createLogger({ service: 'test', level: 'silent' }),
    onMalformed: () => undefined,
    onSkipped: () => undefined,
    onParked: () => undefined,
    onProgress: () => undefined,
    failed: (reason) => {
      throw new Error(reason);
    },
  });
  await embedded.ready;
});

afterAll(async () => {
  await embedded.stop();
  await rm(folder, { recursive: true });
});

/** Sent as it is: `fetch` would mend the path. */
const ask = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: embedded.port, path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });

describe('the paths of the embedded mode', () => {
  it.each(['/', '/?token=x', '/index.html', '/main.js', '/words/de.json', '/embedded/customers'])(
    '%s is there',
    async (path) => {
      expect(await ask(path)).toBe(200);
    },
  );

  it.each([
    ...['//', '/./', '/.', '/..', '//index.html', '/./main.js', '/words/../main.js', '/main.js/'],
    ...['/main%2Ejs', '/%6Dain.js', '/main.js%00', '/main.js;x', '/main.js#x', '/\\main.js'],
    ...['/words', '/words/', '/words//de.json', '/words%2Fde.json', '/words\\de.json'],
    ...['/MAIN.JS', '/embedded/customers/', '/Embedded/customers', '/embedded//customers'],
    ...['/embedded/customers#x', '/embedded/%63ustomers', 'http://x/main.js', 'http://x/'],
    ...['/../secret.txt', '/..%2Fsecret.txt', '/%2e%2e/secret.txt', '/words/../../secret.txt'],
    ...['/events', '/EVENTS', '/livez/', '/Portal/dashboard_summary'],
  ])('%s is not: 404', async (path) => {
    expect(await ask(path)).toBe(404);
  });
});
