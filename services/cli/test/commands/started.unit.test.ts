import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEvent } from '@portal/contracts';
import { DEFAULT_SETTINGS, type UsageEvent } from '@portal/projection';
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

const onDay = (day: string) => aUsage({ timestamp: at(`${day}T12:00:00Z`) });

interface Said {
  /** What the start says at its end, in lines. */
  readonly end: readonly string[];
  readonly parked: readonly string[];
  readonly dataFolder: string;
}

/** What a start says of a file of these events, and of one that was posted before. */
async function saidOf(usage: readonly UsageEvent[], posted: string | null = null): Promise<Said> {
  const folder = await mkdtemp(join(root, 'start-'));
  const dataFolder = join(folder, 'data');
  const file = join(folder, 'usage.ndjson');
  const parked: string[] = [];
  await writeFile(file, usage.map((one) => JSON.stringify(plainEvent(one))).join('\n'));
  if (posted !== null) {
    await mkdir(dataFolder);
    await writeFile(join(dataFolder, 'posted-events.ndjson'), posted);
  }
  const embedded = await startEmbedded({
    ...{ events: [file], samples: false, follow: false, port: 0, host: '127.0.0.1' },
    ...{
      frozenAt: at('2026-11-23T10:00:00Z'),
      secret: 'any secret that is long enough for a test',
    },
    ...{ corsOrigins: [], settings: DEFAULT_SETTINGS, datePolicy: 'calendar' as const },
    ...{ dataFolder, pageFolder: folder },
    logger: createLogger({ service: 'test', level: 'silent' }),
    onMalformed: () => undefined,
    onSkipped: () => undefined,
    onParked: (text) => void parked.push(text),
    onProgress: () => undefined,
    failed: (reason) => {
      throw new Error(reason);
    },
  });
  await embedded.ready;
  const end: string[] = [];
  const output = {
    json: false,
    result: (_: object, text: string) => void end.push(...text.split('\n')),
    note: () => undefined,
    fail: () => undefined,
  };
  const { posted: before } = embedded;
  present(
    output,
    { url: '', seconds: 0, clock: null, posted: before, ...(await embedded.lines()) },
    [],
  );
  await embedded.stop();
  return { end, parked, dataFolder };
}

const DAYS = ['2026-11-18', '2026-11-19', '2026-11-20'] as const;

describe('what the start says of usage that is too old to count', () => {
  it('names it in plain words, with the count', async () => {
    const { end } = await saidOf([...DAYS, '2024-11-18', '2024-11-19'].map(onDay));
    expect(end).toContain('lines read 5: applied 3, duplicate 0, late 2, parked 0, skipped 0');
    expect(end).toContainEqual(
      expect.stringMatching(/late usage: 2, not counted: older than the ledger reaches, 401 days/),
    );
  });

  it('is nothing when there was none', async () => {
    const { end } = await saidOf([...DAYS, '2025-10-20'].map(onDay));
    expect(end.filter((line) => line.includes('late usage'))).toEqual([]);
  });
});

describe('what the start says of events that are good in form and cannot be taken in', () => {
  it('names place, customer and reason of each', async () => {
    const ofMetric = (_: unknown, index: number) => aUsage({ metric_code: `metric-${index}` });
    const { end, parked } = await saidOf(Array.from({ length: 201 }, ofMetric));
    expect(end).toContain('lines read 201: applied 200, duplicate 0, late 0, parked 1, skipped 0');
    const { customer_id } = aUsage();
    expect(parked).toEqual([
      expect.stringMatching(
        new RegExp(
          `^usage/\\d+@200: customer ${customer_id}: .*more than 200 metrics: metric-200 is one too many`,
        ),
      ),
    ]);
  });
});

describe('what the start says of events that were posted before', () => {
  const posted = JSON.stringify(plainEvent(onDay('2026-11-18')));

  it('is the file that holds them', async () => {
    const { end, dataFolder } = await saidOf([], `${posted}\n`);
    const file = join(dataFolder, 'posted-events.ndjson');
    expect(end).toContain(`with what was posted to earlier starts: ${file}`);
  });

  it('is nothing when there are none', async () => {
    const { end } = await saidOf([onDay('2026-11-18')]);
    expect(end.filter((line) => line.includes('posted'))).toEqual([]);
  });
});
