import { Gauge, type Registry } from '@portal/runtime';
import { type DocumentReader } from '@portal/stores';
import { readForNobody } from './readiness.ts';

/** Whether the store answers a read, checked whenever the metrics are fetched. */
export function createStoreGauges(registry: Registry, documents: DocumentReader): void {
  const generation = new Gauge({
    name: 'portal_reader_generation_info',
    help: 'The generation that is read; 1. NaN while the store does not tell',
    labelNames: ['generation'],
    registers: [registry],
  });
  new Gauge({
    name: 'portal_reader_watching',
    help: 'Whether the store tells what changes, so that answers are given again unread: 1, or 0',
    registers: [registry],
    collect() {
      this.set(documents.isWatching() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'portal_reader_store_up',
    help: 'Whether a lookup gets an answer: 1, or 0 while the store is away or nothing is live',
    registers: [registry],
    async collect() {
      const lookup = await readForNobody(documents);
      const isUp = lookup.kind !== 'down';
      this.set(isUp ? 1 : 0);
      generation.reset();
      if (isUp) generation.set({ generation: lookup.generation }, 1);
      else generation.set({ generation: 'unknown' }, Number.NaN);
    },
  });
}
