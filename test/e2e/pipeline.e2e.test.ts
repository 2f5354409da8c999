import { parseIso, type Micros } from '@portal/billing';
import { sampleCustomers, sampleEvents } from '@portal/cli';
import { DASHBOARD_PATH } from '@portal/contracts';
import { describe, expect, it } from '@jest/globals';
import { openCorner } from './corner.ts';
import { openEmbedded } from './embedded.ts';
import { countedRecords } from './metrics.ts';
import { eventually, startService } from './process.ts';
import { openReader } from './reader.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;

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

describe('Kafka → projector → Redis → reader', () => {
  it.each([
    ['a single Redis', 'single'],
    ['a Redis Cluster', 'cluster'],
  ] as const)('answers byte for byte what the embedded path answers, with %s', async (_, where) => {
    const corner = await openCorner(where);
    const lines = sampleEvents(NOW);
    const embedded = await openEmbedded(lines, NOW);
    const tokens = embedded.tokens();
    expect(tokens).toHaveLength(sampleCustomers(NOW).length);
    const expected = await readAll(embedded.url, tokens);
    expect(embedded.malformed).toEqual([]);
    await embedded.stop();

    await corner.publish(lines);
    const projector = await startService('projector', corner.environment);
    const reader = await openReader(corner, NOW);
    expect(await readAll(reader.url, tokens)).toEqual(expected);
    await reader.stop();
    expect(await projector.kill('SIGTERM')).toBe(0);
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
      async () => (await countedRecords(projector.url)).total,
      (count) => count >= 200,
    );
    expect(folded).toBe(200);
    expect(await status(`${reader.url}${DASHBOARD_PATH}?token=x`)).toBe(401);
    expect(await reader.kill('SIGTERM')).toBe(0);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
