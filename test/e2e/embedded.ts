import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Micros } from '@portal/billing';
import { startEmbedded } from '@portal/cli';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { SECRET } from './corner.ts';

/** The embedded default inside this process, over one file of events, its clock standing still. */
export interface TestEmbedded {
  readonly url: string;
  /** The events' own file, as problems name it. */
  readonly file: string;
  /** What was said of malformed lines. */
  readonly malformed: readonly string[];
  /** A token for each customer that was seen. */
  readonly tokens: () => readonly string[];
  stop(): Promise<void>;
}

/** Resolves once every line has been applied. */
export async function openEmbedded(lines: readonly string[], now: Micros): Promise<TestEmbedded> {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  const file = join(folder, 'events.ndjson');
  await writeFile(file, `${lines.join('\n')}\n`);
  const malformed: string[] = [];
  const embedded = await startEmbedded({
    events: [file],
    samples: false,
    follow: false,
    port: 0,
    host: '127.0.0.1',
    frozenAt: now,
    secret: SECRET,
    corsOrigins: [],
    settings: DEFAULT_SETTINGS,
    datePolicy: 'calendar',
    dataFolder: join(folder, 'data'),
    pageFolder: folder,
    logger: createLogger({ service: 'test', level: 'silent' }),
    onMalformed: (text) => malformed.push(text),
    onSkipped: () => undefined,
    onParked: () => undefined,
    onProgress: () => undefined,
    failed: (reason) => {
      throw new Error(reason);
    },
  });
  await embedded.ready;
  return {
    url: `http://127.0.0.1:${embedded.port}`,
    file,
    malformed,
    tokens: () => embedded.links().map(({ token }) => token),
    stop: async () => {
      await embedded.stop();
      await rm(folder, { recursive: true });
    },
  };
}
