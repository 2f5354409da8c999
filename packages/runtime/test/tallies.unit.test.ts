import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Counter, Histogram, Registry } from 'prom-client';
import { createDistribution, createTally } from '../src/tallies.ts';

const LABELS = ['route', 'status'] as const;
const COUNTER = { name: 'asked_total', help: 'asked', labelNames: LABELS };
const HISTOGRAM = { name: 'took_seconds', help: 'took', labelNames: LABELS, buckets: [0.1, 1, 5] };

const arbitraryEvents = fc.array(
  fc.record({
    route: fc.constantFrom('/a', '/b', 'other'),
    status: fc.constantFrom(200, 304, '200'),
    value: fc.oneof(fc.constantFrom(0, 0.1, 1, 5), fc.double({ min: 0, max: 10, noNaN: true })),
    isFetched: fc.boolean(),
  }),
);

describe('metrics of hot paths', () => {
  it("tell what prom-client's own would, however often they are fetched", async () => {
    const [ours, theirs] = [new Registry(), new Registry()];
    for (const registry of [ours, theirs]) registry.setDefaultLabels({ service: 'test' });
    await fc.assert(
      fc.asyncProperty(arbitraryEvents, async (events) => {
        for (const registry of [ours, theirs]) registry.clear();
        const tally = createTally({ ...COUNTER, registry: ours });
        const distribution = createDistribution({ ...HISTOGRAM, registry: ours });
        const counter = new Counter({ ...COUNTER, registers: [theirs] });
        const histogram = new Histogram({ ...HISTOGRAM, registers: [theirs] });
        for (const { route, status, value, isFetched } of events) {
          // As text: a label has no other type.
          tally.add(route, String(status));
          distribution.observe(value, route, String(status));
          counter.inc({ route, status });
          histogram.observe({ route, status }, value);
          if (isFetched) await ours.metrics();
        }
        expect(await ours.metrics()).toBe(await theirs.metrics());
      }),
    );
  });
});
