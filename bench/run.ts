import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { cleanUp } from './clean-up.ts';
import { describeEnvironment, reportRows, reportText } from './report.ts';
import { type BenchContext, type Figure, ROW_NAMES, type Row, type RowName } from './row.ts';
import { customers } from './rows/customers.ts';
import { fold } from './rows/fold.ts';
import { hot } from './rows/hot.ts';
import { history } from './rows/history.ts';
import { ids } from './rows/ids.ts';
import { live } from './rows/live.ts';
import { overload } from './rows/overload.ts';
import { readCold, readWarm } from './rows/read.ts';
import { size } from './rows/size.ts';
import { start } from './rows/start.ts';
import { visible } from './rows/visible.ts';

export interface BenchOptions extends Pick<
  BenchContext,
  'quick' | 'full' | 'live' | 'profile' | 'say'
> {
  /** null: every row. */
  readonly only: RowName | null;
  /** One line of JSON instead of the table. */
  readonly json: boolean;
  readonly command: string;
  /** What is not needed by the rows may be missing. */
  readonly services: Readonly<Partial<BenchContext['services']>>;
  /** File that gets the table; null: it is only printed. */
  readonly file: string | null;
}

const ROWS: Readonly<Record<RowName, Row>> = {
  'read-warm': readWarm,
  'read-cold': readCold,
  live,
  visible,
  fold,
  hot,
  history,
  customers,
  overload,
  size,
  ids,
  start,
};

/** Runs the rows one after the other, cleans up after itself and reports. */
export async function runBench(options: BenchOptions): Promise<void> {
  const { KAFKA_BROKERS = '', SCHEMA_REGISTRY_URL = '', REDIS_URL = '' } = options.services;
  const services = { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, REDIS_URL };
  const context: BenchContext = { ...options, services, prefix: `bench-${randomUUID()}` };
  const environment = describeEnvironment();
  const figures: Figure[] = [];
  try {
    for (const name of ROW_NAMES) {
      if (options.only !== null && options.only !== name) continue;
      const started = performance.now();
      figures.push(...(await ROWS[name](context)));
      options.say(`${name}: took ${Math.round((performance.now() - started) / 1_000)} s`);
    }
  } finally {
    await cleanUp(context.prefix, services);
  }
  const text = reportText({ command: options.command, environment, figures });
  process.stdout.write(options.json ? `${JSON.stringify({ rows: reportRows(figures) })}\n` : text);
  if (options.file !== null) await writeFile(options.file, text);
}
