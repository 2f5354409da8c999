import { fromMillis } from '@portal/billing';
import { createFloor } from '../floors/avsc.ts';
import { batchesOf } from './batches.ts';
import { createDecoder } from './decode.ts';
import { createMemory } from './in-memory.ts';
import { type FoldResult } from './result.ts';

/** As many as come in 8 MB of one partition: with key and headers an event takes some 500 bytes there. */
const MOST = 16_000;

/** The same bytes three times a round, in turn, in one process: one line `{"result":…}` on stdout. */
function main(): void {
  const { EVENTS = '', CUSTOMERS = '', ROUNDS = '' } = process.env;
  const size = { events: Number(EVENTS), customers: Number(CUSTOMERS) };
  const batches = batchesOf({ ...size, until: fromMillis(Date.now()) }, MOST);
  const [floor, decode] = [createFloor(), createDecoder()];
  const passes = {
    floor: () => batches.reduce((sum, batch) => sum + floor(batch), 0),
    decode: () => batches.reduce((sum, batch) => sum + decode(batch).length, 0),
    fold: () => {
      const memory = createMemory();
      for (const batch of batches) memory.take(batch, decode(batch));
      if (memory.customers.size !== size.customers) throw new Error('customers are missing');
    },
  };
  const rate = (pass: () => unknown): number => {
    const started = performance.now();
    pass();
    return (size.events / (performance.now() - started)) * 1_000;
  };
  const result = { floor: [] as number[], decode: [] as number[], fold: [] as number[] };
  // The first round compiles and is not counted.
  for (let round = 0; round <= Number(ROUNDS); round += 1) {
    for (const name of ['floor', 'decode', 'fold'] as const) {
      const value = rate(passes[name]);
      if (round > 0) result[name].push(value);
    }
  }
  process.stdout.write(`${JSON.stringify({ result: result satisfies FoldResult })}\n`);
}

main();
