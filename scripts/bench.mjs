import { join } from 'node:path';
import { endWithNpm, onSignal } from './lib/process.mjs';
import { ROOT, ensureDependencies } from './lib/project.mjs';
import { Remedy, main, say, readCommandLine } from './lib/say.mjs';

const HELP = `npm run bench -- [options]
Measures ours beside floors, in turn, in one run. Prints one table; a whole run writes it to
bench/results.md as well.

  --only NAME     one row alone: read-warm, read-cold, live, visible, fold, history, size,
                  ids, start
  --quick         small sizes and few rounds, a few minutes; without it half an hour and more
  --events N      events of the live row (1000000; quick 60000)
  --customers N   customers of the live row (50000; quick 5000)
  --profile DIR   writes CPU profiles of reader and projector there (figures are then lower)
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
  visible: ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'],
  history: ['REDIS_URL'],
  size: ['REDIS_URL'],
  ids: ['REDIS_URL'],
  start: [],
};

await main(async () => {
  const options = readOptions();
  if (options === null) return void process.stdout.write(`${HELP}\n`);
  endWithNpm();
  ensureDependencies();
  process.chdir(ROOT);
  await (await import('./lib/bundles.mjs')).buildAll();
  const needs = options.only === null ? Object.values(NEEDS).flat() : NEEDS[options.only];
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
    events: string,
    customers: string,
    profile: string,
    json: boolean,
    help: boolean,
  });
  if (values.help) return null;
  const { only = null, quick, json, profile = null } = values;
  if (only !== null && !(only in NEEDS)) {
    throw new Remedy(`--only takes one of: ${Object.keys(NEEDS).join(', ')}`);
  }
  const live = {
    events: count('events', values.events ?? (quick ? '60000' : '1000000')),
    customers: count('customers', values.customers ?? (quick ? '5000' : '50000')),
  };
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--'] : [])];
  return {
    ...{ only, quick, json, profile, live },
    command: [...command, ...process.argv.slice(2)].join(' '),
    file: quick || only !== null || profile !== null ? null : join(ROOT, 'bench/results.md'),
  };
}

function count(name, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Remedy(`--${name} takes a whole number from 1`);
  return Number(text);
}
