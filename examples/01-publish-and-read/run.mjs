/**
 * Events from a file, through Kafka, the projector and Redis, to the reader's answer. Says its steps on
 * the standard error and prints the dashboard on the standard output.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, '../..');
const ORGANIZATION = '6a0e2c9e-4f0b-4d0e-9a57-3b1f3f5c9d01';
const CUSTOMER = 'c2b7a9d4-1d7f-4a63-8a44-0f6f2f8e7b10';
const NEEDED = ['KAFKA_BROKERS', 'SCHEMA_REGISTRY_URL', 'REDIS_URL'];
const WITHIN_MS = 60_000;

/** Names of its own, so that an example never meets another one's data. */
const name = `example-${randomBytes(4).toString('hex')}`;
const environment = {
  TOPIC_PREFIX: name,
  REDIS_PREFIX: name,
  ...(process.env.PORTAL_JWT_SECRET_FILE
    ? {}
    : { PORTAL_JWT_SECRET: randomBytes(48).toString('base64') }),
  LOG_LEVEL: 'info',
  ...process.env,
  HOST: '127.0.0.1',
  PORT: '0',
};
const folder = mkdtempSync(join(tmpdir(), 'portal-example-'));
const services = [];

try {
  const missing = NEEDED.filter((variable) => !process.env[variable]);
  if (missing.length > 0) {
    throw new Error(`${missing.join(', ')} not set: run npm run stack and export what it prints`);
  }
  say('1. topics and schemas');
  cli('setup');
  say('2. four events: a customer, a subscription, an invoice, a wallet');
  cli('publish', join(HERE, 'events.ndjson'));
  say('3. projector and reader');
  await start('projector');
  const reader = await start('reader');
  await until('the reader is ready', async () => (await fetch(`${reader}/readyz`)).ok);
  const token = cli('token', ORGANIZATION, CUSTOMER).trim();
  const read = () => dashboard(reader, token);
  say(`4. first answer: usage of this period ${usage(await read())} cents`);
  const file = join(folder, 'usage.ndjson');
  writeFileSync(file, `${JSON.stringify(usageOf('150'))}\n`);
  cli('publish', file);
  say('5. 150 API calls at 2 cents were published; reading until they show');
  const answer = await until('usage shows', async () => {
    const now = await read();
    return usage(now) > 0 && now;
  });
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
} catch (error) {
  say(`error: ${error.message}`);
  process.exitCode = 1;
} finally {
  await Promise.all(services.map(stop));
  rmSync(folder, { recursive: true });
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Runs one command of portal-dashboard to its end and returns what it printed. */
function cli(...args) {
  return execFileSync(process.execPath, [join(ROOT, 'scripts/cli.mjs'), ...args], {
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Starts a service as its own process; resolves to its address once it listens. */
function start(service) {
  const child = spawn(process.execPath, [join(ROOT, `services/${service}/dist/main.cjs`)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  services.push(child);
  return new Promise((done, failed) => {
    child.once('exit', (code) => failed(new Error(`the ${service} ended with code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { port } = JSON.parse(line);
      if (port !== undefined) done(`http://127.0.0.1:${port}`);
    });
  });
}

function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise((ended) => {
    child.once('exit', ended);
    child.kill('SIGTERM');
  });
}

/** Asks again until the answer is truthy. */
async function until(what, ask) {
  const deadline = Date.now() + WITHIN_MS;
  while (Date.now() < deadline) {
    const answer = await ask().catch(() => false);
    if (answer) return answer;
    await new Promise((resume) => setTimeout(resume, 100));
  }
  throw new Error(`not within ${WITHIN_MS / 1000} s: ${what}`);
}

async function dashboard(reader, token) {
  const response = await fetch(`${reader}/portal/dashboard_summary`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

function usage(answer) {
  return answer.upcoming_charges[0].usage_amount_cents;
}

/** Usage of this very moment, so it counts in the current period whenever the example is run. */
function usageOf(value) {
  const now = new Date().toISOString();
  return {
    topic: 'usage',
    value: {
      event_id: randomUUID(),
      event_type: 'usage.recorded',
      occurred_at: now,
      organization_id: ORGANIZATION,
      customer_id: CUSTOMER,
      source: 'example',
      usage: { metric_code: 'api_calls', timestamp: now, kind: 'counter', value },
    },
  };
}
