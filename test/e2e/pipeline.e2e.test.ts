import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseIso, type Micros } from '@portal/billing';
import { startEmbedded, sampleCustomers, sampleEvents } from '@portal/cli';
import { createTokenVerifier, DASHBOARD_PATH } from '@portal/contracts';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { createReaderApp, storeReadiness } from '@portal/reader';
import { createLogger, createMetricsRegistry, listen } from '@portal/runtime';
import { createRedisReader } from '@portal/stores';
import { describe, expect, it } from '@jest/globals';
import { type Corner, openCorner, SECRET } from './corner.ts';
import { eventually, startService } from './process.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
const silent = createLogger({ service: 'test', level: 'silent' });

/** Token → body and ETag, of every sample customer, with all that the answer can say of the state. */
type Answers = ReadonlyMap<string, { readonly body: string; readonly etag: string | null }>;

async function readAll(url: string, tokens: readonly string[]): Promise<Answers> {
  const answers = new Map<string, { body: string; etag: string | null }>();
  for (const token of tokens) {
    const response = await fetch(`${url}${DASHBOARD_PATH}?token=${token}&include=details`);
    expect(response.status).toBe(200);
    answers.set(token, { body: await response.text(), etag: response.headers.get('etag') });
  }
  return answers;
}

async function embeddedAnswers(lines: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'embedded-'));
  const file = join(folder, 'events.ndjson');
  await writeFile(file, `${lines.join('\n')}\n`);
  const embedded = await startEmbedded({
    events: [file],
    samples: false,
    follow: false,
    port: 0,
    host: '127.0.0.1',
    frozenAt: NOW,
    secret: SECRET,
    settings: DEFAULT_SETTINGS,
    dataFolder: join(folder, 'data'),
    pageFolder: folder,
    logger: silent,
    onMalformed: (text) => {
      throw new Error(text);
    },
    onProgress: () => undefined,
    failed: (reason) => {
      throw new Error(reason);
    },
  });
  try {
    await embedded.ready;
    const tokens = embedded.links().map(({ token }) => token);
    return { tokens, answers: await readAll(`http://127.0.0.1:${embedded.port}`, tokens) };
  } finally {
    await embedded.stop();
    await rm(folder, { recursive: true });
  }
}

/** The shipped reader's own app over the real Redis, with a clock that stands still. */
async function redisAnswers(corner: Corner, tokens: readonly string[]): Promise<Answers> {
  const documents = createRedisReader({ connection: corner.redis, prefix: corner.prefix });
  const app = createReaderApp({
    documents,
    verifyToken: createTokenVerifier(SECRET, () => NOW),
    now: () => NOW,
    allowAt: false,
    topicPrefix: corner.prefix,
    corsOrigins: [],
    ready: () => storeReadiness(documents),
    registry: createMetricsRegistry('test'),
    logger: silent,
  });
  const server = await listen(app, { port: 0, host: '127.0.0.1' });
  try {
    await eventually(
      () => fetch(`http://127.0.0.1:${server.port}/readyz`),
      ({ status }) => status === 200,
    );
    return await readAll(`http://127.0.0.1:${server.port}`, tokens);
  } finally {
    await server.stop();
    await documents.close();
  }
}

describe('Kafka → projector → Redis → reader', () => {
  it('answers byte for byte what the embedded path answers for the same events', async () => {
    const corner = await openCorner();
    const lines = sampleEvents(NOW);
    const { tokens, answers } = await embeddedAnswers(lines);
    expect(tokens).toHaveLength(sampleCustomers(NOW).length);
    await corner.publish(lines);
    const projector = await startService('projector', corner.environment);
    try {
      expect(await redisAnswers(corner, tokens)).toEqual(answers);
    } finally {
      expect(await projector.kill('SIGTERM')).toBe(0);
    }
  });

  it('is up, ready and measured at every process', async () => {
    const corner = await openCorner();
    await corner.publish(sampleEvents(NOW).slice(0, 200));
    const projector = await startService('projector', corner.environment);
    const reader = await startService('reader', corner.environment);
    const status = async (url: string) => (await fetch(url)).status;
    for (const { url } of [projector, reader]) {
      expect(await status(`${url}/livez`)).toBe(200);
      await eventually(
        () => status(`${url}/readyz`),
        (code) => code === 200,
      );
    }
    const folded = await eventually(
      async () => (await fetch(`${projector.url}/metrics`)).text(),
      (text) => countOf(text) >= 200,
    );
    expect(countOf(folded)).toBe(200);
    expect(await status(`${reader.url}${DASHBOARD_PATH}?token=x`)).toBe(401);
    expect(await reader.kill('SIGTERM')).toBe(0);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});

/** Records of every family and outcome, from the Prometheus text. */
const countOf = (metrics: string): number =>
  [...metrics.matchAll(/^portal_projector_records_total\{[^}]*\} (\d+)$/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
