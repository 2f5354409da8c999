import { describe, expect, it } from '@jest/globals';
import { createMetricsRegistry } from '@portal/runtime';
import { countLostLines } from '../src/metrics.ts';
import { memoryReader, startReader } from './support/reader.ts';

describe('the metrics of a reader', () => {
  it.each([
    [true, '1'],
    [false, '0'],
  ])('tell whether the store says what changes: %s', async (isWatching, shown) => {
    const documents = { ...(await memoryReader(new Map())), isWatching: () => isWatching };
    const reader = await startReader({ documents });
    const metrics = await (await reader.request('/metrics')).text();
    await reader.stop();
    expect(metrics).toContain(`portal_reader_watching{service="reader"} ${shown}\n`);
  });

  it('count each line of the log that was lost once, however often they are fetched', async () => {
    const registry = createMetricsRegistry('reader');
    let dropped = 0;
    countLostLines(registry, { dropped: () => dropped });
    const shown = async () =>
      /^portal_reader_log_lines_lost_total\S* (\d+)$/m.exec(await registry.metrics())?.[1];
    expect(await shown()).toBe('0');
    dropped = 7;
    expect([await shown(), await shown()]).toEqual(['7', '7']);
  });
});
