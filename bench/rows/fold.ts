import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, stop as stopEsbuild } from 'esbuild';
import { type FoldResult } from '../fold/result.ts';
import { startProcess } from '../process.ts';
import { WITHIN_MS } from '../projector.ts';
import { atLeast, figuresOf, ratios, type Row } from '../row.ts';

/** Decode, fold and project in memory, without Kafka and Redis: what the machine allows a rebuild at most. */
export const fold: Row = async ({ quick, live, profile, say }) => {
  const folder = await mkdtemp(join(tmpdir(), 'portal-bench-'));
  try {
    const script = join(folder, 'fold.cjs');
    await bundle('bench/fold/main.ts', script);
    say(`fold: ${live.events} events of ${live.customers} customers`);
    const { said, stop } = await startProcess(script, {
      environment: {
        EVENTS: String(live.events),
        CUSTOMERS: String(live.customers),
        ROUNDS: String(quick ? 3 : 5),
      },
      ...{ until: 'result', withinMs: WITHIN_MS, profile },
    });
    await stop();
    return figures(said['result'] as FoldResult);
  } finally {
    await rm(folder, { recursive: true });
  }
};

function figures({ floor, decode, fold: whole }: FoldResult) {
  const figure = figuresOf('fold');
  return [
    figure('floor: avsc, decode only', 'events/s', floor),
    figure('decode only, as the projector does', 'events/s', decode),
    figure('decode, fold and project in memory', 'events/s', whole),
    figure('events/s, fold in memory ÷ floor', '', ratios(whole, floor), atLeast(0.35, 0.5)),
    figure('events/s, fold in memory ÷ our decode only', '', ratios(whole, decode)),
  ];
}

/** As services are: through tsx each function would be given its name again at each call. */
async function bundle(entry: string, outfile: string): Promise<void> {
  await build({
    ...{ entryPoints: [entry], outfile, bundle: true, sourcemap: 'inline' },
    ...{ platform: 'node', target: 'node20', format: 'cjs', logLevel: 'warning' },
  });
  await stopEsbuild();
}
