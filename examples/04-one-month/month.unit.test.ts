import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEmbedded } from '@portal/cli';
import { DASHBOARD_PATH, type DashboardBody } from '@portal/contracts';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { at } from '@portal/testkit';
import { render } from './render.ts';

/**
 * The month, read ten times through what `npm start` runs. UPDATE_GOLDEN=1 writes the answers
 * anew; the README's arithmetic must then say the same.
 */
const MONTH = join(__dirname, 'month.txt');

/** The dashboard at an instant, when no file of a later step has come yet. */
async function readAt(step: string, instant: string): Promise<readonly string[]> {
  const names = (await readdir(__dirname)).filter((name) => name.endsWith('.ndjson'));
  const dataFolder = await mkdtemp(join(tmpdir(), 'month-'));
  const malformed: string[] = [];
  const embedded = await startEmbedded({
    events: names.filter((name) => name.slice(0, 2) <= step).map((name) => join(__dirname, name)),
    samples: false,
    follow: false,
    port: 0,
    host: '127.0.0.1',
    frozenAt: at(instant),
    corsOrigins: [],
    secret: 'any secret that is long enough for a test',
    settings: DEFAULT_SETTINGS,
    datePolicy: 'calendar',
    dataFolder,
    pageFolder: dataFolder,
    logger: createLogger({ service: 'test', level: 'silent' }),
    onMalformed: (text) => malformed.push(text),
    onSkipped: () => undefined,
    onParked: (text) => malformed.push(text),
    onProgress: () => undefined,
    failed: (reason) => malformed.push(reason),
  });
  await embedded.ready;
  const [customer] = embedded.links();
  const address = `http://127.0.0.1:${embedded.port}${DASHBOARD_PATH}`;
  const response = await fetch(`${address}?include=details&token=${customer?.token}`);
  const answer = (await response.json()) as DashboardBody;
  await embedded.stop();
  await rm(dataFolder, { recursive: true });
  expect([malformed, response.headers.get('dashboard-status')]).toEqual([[], null]);
  return render(answer);
}

/** Indented lines are what was seen; all others are told by people and stay. */
async function told(text: string): Promise<string> {
  const lines: string[] = [];
  for (const line of text.trimEnd().split('\n')) {
    if (line.startsWith('  ')) continue;
    lines.push(line);
    const [, step, instant] = /^> (\d\d) (\S+)$/.exec(line) ?? [];
    if (step !== undefined && instant !== undefined) lines.push(...(await readAt(step, instant)));
  }
  return `${lines.join('\n')}\n`;
}

describe('one month of Studio Lumen', () => {
  it('looks as written down at each of its ten instants', async () => {
    const written = await readFile(MONTH, 'utf8');
    const now = await told(written);
    if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(MONTH, now);
    else expect(now).toBe(written);
    expect(now.match(/^> /gm)).toHaveLength(10);
  });
});
