import { join } from 'node:path';
import { endWithNpm, onSignal } from './lib/process.mjs';
import { ROOT, ensureDependencies } from './lib/project.mjs';
import { Remedy, main, say, readCommandLine } from './lib/say.mjs';

const HELP = `npm run bench -- [options]
Measures ours beside floors, in turn, in one run. Prints one table; a whole run writes it to
bench/results.md as well.

  --only NAME     one row alone: read-warm, read-cold, live, visible, fold, hot, history,
                  customers, overload, size, ids, start
  --quick         small sizes and few rounds, a quarter of an hour; under-reports: what is compiled and met for
                  the first time weighs more than in a long run
  --full          1000000 events and 50000 customers in live and fold, 1000000 events in hot
  --events N      events of live and fold (300000; quick 60000)
  --customers N   customers of live and fold (15000; quick 5000)
  --profile DIR   writes CPU profiles of reader, projector and fold there (figures are then lower)
  --json          one line of JSON instead of the table
  --help          this text

Kafka, registry and Redis come from where npm test takes them: the environment, Docker, this machine.
Topics and keys have names of their own and are removed at the end.`;

/** What each row needs to be there. */
const NEEDS = {
  'read-warm': ['REDIS_URL'],
  'read-cold': ['REDIS_URL'],
  live: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'],
  fold: [],
  hot: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'],
  customers: ['REDIS_URL'],
  overload: ['REDIS_URL'],
  visible: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'],
  history: ['REDIS_URL'],
  size: ['REDIS_URL'],
  ids: ['REDIS_URL'],
  start: [],
};

/** Of live and fold. */
const SIZES = {
  quick: { events: '60000', customers: '5000' },
  default: { events: '300000', customers: '15000' },
  full: { events: '1000000', customers: '50000' },
};

await main(async () => {
  const options = readOptions();
  if (options === null) return void process.stdout.write(`${HELP}\n`);
  endWithNpm();
  ensureDependencies();
  process.chdir(ROOT);
  await (await import('./lib/bundles.mjs')).buildAll();
  const needs = options.only === null ? Object.values(NEEDS).flat() : NEEDS[options.only];
  if (options.quick)
    say('--quick under-reports: compare its ratios with those of other quick runs alone.');
  const services = await bringUp([...new Set(needs)]);
  onSignal(() => services.stop());
  try {
    const { tsImport } = await import('tsx/esm/api');
    const { runBench } = await tsImport('../bench/run.ts', import.meta.url);
    await runBench({ ...options, services: services.env, say });
  } finally {
    await services.stop();
  }
});

async function bringUp(needs) {
  if (needs.length === 0) return { env: {}, stop: async () => {} };
  return (await import('./lib/services.mjs')).bringUp(needs);
}

function readOptions() {
  const boolean = { type: 'boolean', default: false };
  const string = { type: 'string' };
  const values = readCommandLine({
    only: string,
    quick: boolean,
    full: boolean,
    events: string,
    customers: string,
    profile: string,
    json: boolean,
    help: boolean,
  });
  if (values.help) return null;
  const { only = null, quick, full, json, profile = null } = values;
  if (quick && full) throw new Remedy('--quick and --full exclude each other');
  if (only !== null && !(only in NEEDS)) {
    throw new Remedy(`--only takes one of: ${Object.keys(NEEDS).join(', ')}`);
  }
  const sized = only === null || only === 'live' || only === 'fold';
  if (!sized && (values.events ?? values.customers) !== undefined) {
    throw new Remedy(`--events and --customers are of live and fold, not of ${only}`);
  }
  const of = SIZES[quick ? 'quick' : full ? 'full' : 'default'];
  const live = {
    events: count('events', values.events ?? of.events),
    customers: count('customers', values.customers ?? of.customers),
  };
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--'] : [])];
  return {
    ...{ only, quick, full, json, profile, live },
    command: [...command, ...process.argv.slice(2)].join(' '),
    file: quick || only !== null || profile !== null ? null : join(ROOT, 'bench/results.md'),
  };
}

function count(name, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Remedy(`--${name} takes a whole number from 1`);
  return Number(text);
}
