import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPipeline } from './lib/native/pipeline.mjs';
import { startNative } from './lib/native/stack.mjs';
import { commandLine, endWithNpm, onSignal } from './lib/process.mjs';
import { DATA, ensureDependencies } from './lib/project.mjs';
import { main, readCommandLine, say } from './lib/say.mjs';

const HELP = `npm run stack -- [options]
Runs on this machine, without Docker, what docker-compose.yml runs: Kafka, a schema registry and
Redis, then set-up, the projector and the reader; until Ctrl-C. Prints addresses as NAME=value lines
to export, and a PORTAL_JWT_SECRET for the command's \`token\` when the environment gives none. Other
settings of projector and reader come from the environment. Data is thrown away at each start.

  --services-only   Kafka, registry and Redis alone
  --cluster         also a Redis Cluster of three masters, which projector and reader then use; with
                    --services-only both addresses are printed: tests take both, a program one
  --json            print one line of JSON instead of NAME=value lines
  --stop            stop the stack that runs, from wherever it was started
  --help            this text

Ports: 19092 Kafka, 18081 registry, 16379 Redis, 17001-17003 cluster, 8080 reader, 8081 projector; the
next free ones when taken. Downloads are kept in .cache (or the folder PORTAL_CACHE names).`;

const FOLDER = join(DATA, 'stack');
const STATE = join(DATA, 'stack.json');
const PORTS = {
  KAFKA_BROKERS: 19092,
  SCHEMA_REGISTRY_URL: 18081,
  REDIS_URL: 16379,
  REDIS_CLUSTER_NODES: 17001,
};
const PIPELINE_PORTS = { READER_URL: 8080, PROJECTOR_URL: 8081 };
const STOP_MS = 20_000;

await main(async () => {
  const boolean = { type: 'boolean', default: false };
  const options = {
    'services-only': boolean,
    cluster: boolean,
    json: boolean,
    stop: boolean,
    help: boolean,
  };
  const values = readCommandLine(options);
  if (values.help) return void process.stdout.write(`${HELP}\n`);
  const running = readState();
  if (values.stop) return stopRunning(running);
  if (running !== null && isAlive(running.pid, 'stack.mjs')) {
    const state = running.env === null ? 'starting' : 'running';
    say(`The stack is already ${state} (process ${running.pid}); npm run stack -- --stop ends it.`);
    return running.env === null ? undefined : printAddresses(running.env, values.json);
  }
  killLeftovers(running);
  await runStack(values);
});

async function runStack({ cluster, json, 'services-only': servicesOnly }) {
  const names = Object.keys(PORTS).filter((name) => cluster || name !== 'REDIS_CLUSTER_NODES');
  let stack = { children: [], stop: async () => {} };
  let stopping = false;
  onSignal(async () => {
    stopping = true;
    say('Stopping …');
    await stack.stop();
    rmSync(STATE, { force: true });
  });
  endWithNpm();
  writeState({ env: null, children: [] });
  if (!servicesOnly) await build();
  stack = await startNative(names, { folder: FOLDER, ports: PORTS });
  writeState({ env: null, children: stack.children });
  if (!servicesOnly) stack = await withPipeline(stack);
  writeState(stack);
  printAddresses(stack.env, json);
  say('Ready. Ctrl-C stops everything.');
  await watch(stack, () => stopping);
}

async function build() {
  ensureDependencies();
  const { buildAll } = await import('./lib/bundles.mjs');
  await buildAll();
}

/** The stack with set-up done and projector and reader running on it; all is stopped when one fails. */
async function withPipeline(stack) {
  try {
    const pipeline = await startPipeline(stack.env, { folder: FOLDER, ports: PIPELINE_PORTS });
    return {
      env: { ...withOneRedis(stack.env), ...pipeline.env },
      children: [...stack.children, ...pipeline.children],
      stop: async () => {
        await pipeline.stop();
        await stack.stop();
      },
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Of the two addresses a program takes one. */
function withOneRedis({ REDIS_URL, ...env }) {
  return env.REDIS_CLUSTER_NODES ? env : { REDIS_URL, ...env };
}

/** Keeps the script alive, and ends it with a word when one of the processes dies. */
async function watch(stack, isStopping) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const dead = stack.children.find((child) => !child.isRunning());
    if (isStopping()) return;
    if (dead === undefined) continue;
    say(`${dead.name} has ended by itself, see ${dead.log}. Stopping the rest.`);
    process.exitCode = 1;
    return stack.stop();
  }
}

async function stopRunning(running) {
  if (running === null || !isAlive(running.pid, 'stack.mjs')) {
    killLeftovers(running);
    return say('No stack is running.');
  }
  process.kill(running.pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS;
  while (isAlive(running.pid, 'stack.mjs') && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  say(`Stopped (process ${running.pid}).`);
}

/** Services whose script was killed with -9. Their command line names our folder: a reused pid does not. */
function killLeftovers(state) {
  for (const { name, pid } of state?.children ?? []) {
    if (!isAlive(pid, FOLDER)) continue;
    say(`Killing ${name} (process ${pid}), left over from an earlier run.`);
    process.kill(pid, 'SIGKILL');
  }
}

function isAlive(pid, argument) {
  return commandLine(pid).includes(argument);
}

function writeState({ env, children }) {
  mkdirSync(DATA, { recursive: true });
  const processes = children.map(({ name, pid }) => ({ name, pid }));
  const state = JSON.stringify({ pid: process.pid, env, children: processes });
  // Only for its owner: the addresses may hold a secret.
  writeFileSync(STATE, state, { mode: 0o600 });
}

function readState() {
  try {
    return JSON.parse(readFileSync(STATE, 'utf8'));
  } catch {
    return null;
  }
}

function printAddresses(env, json) {
  const lines = Object.entries(env).map(([name, address]) => `${name}=${address}`);
  process.stdout.write(`${json ? JSON.stringify(env) : lines.join('\n')}\n`);
}
