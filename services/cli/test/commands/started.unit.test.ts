import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEvent } from '@portal/contracts';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { at, aUsage } from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { present } from '../../src/commands/started.ts';
import { startEmbedded } from '../../src/embedded/embedded.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'started-'));
});
afterAll(() => rm(root, { recursive: true }));

/** What the start says at its end of a file with usage of these days, in this order. */
async function saidOf(days: readonly string[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(root, 'start-'));
  const file = join(folder, 'usage.ndjson');
  const lines = days.map((day) =>
    JSON.stringify(plainEvent(aUsage({ timestamp: at(`${day}T12:00:00Z`) }))),
  );
  await writeFile(file, lines.join('\n'));
  const embedded = await startEmbedded({
    ...{ events: [file], samples: false, follow: false, port: 0, host: '127.0.0.1' },
    ...{
      frozenAt: at('2026-11-23T10:00:00Z'),
      secret: 'any secret that is long enough for a test',
    },
    ...{ corsOrigins: [], settings: DEFAULT_SETTINGS, datePolicy: 'calendar' as const },
    ...{ dataFolder: join(folder, 'data'), pageFolder: folder },
    logger: createLogger({ service: 'test', level: 'silent' }),
    onMalformed: () => undefined,
    onSkipped: () => undefined,
    onProgress: () => undefined,
    failed: (reason) => {
      throw new Error(reason);
    },
  });
  await embedded.ready;
  const said: string[] = [];
  const output = {
    json: false,
    result: (_: object, text: string) => void said.push(...text.split('\n')),
    note: () => undefined,
    fail: () => undefined,
  };
  present(output, { url: '', seconds: 0, clock: null, ...(await embedded.lines()) }, []);
  await embedded.stop();
  return said;
}

const DAYS = ['2026-11-18', '2026-11-19', '2026-11-20'] as const;

describe('what the start says of usage that is too old to count', () => {
  it('names it in plain words, with the count', async () => {
    const said = await saidOf([...DAYS, '2024-11-18', '2024-11-19']);
    expect(said).toContain('lines read 5: applied 3, duplicate 0, late 2, parked 0, skipped 0');
    expect(said).toContainEqual(
      expect.stringMatching(/late usage: 2, not counted: older than the ledger reaches, 401 days/),
    );
  });

  it('is nothing when there was none', async () => {
    const said = await saidOf([...DAYS, '2025-10-20']);
    expect(said.filter((line) => line.includes('late usage'))).toEqual([]);
  });
});
