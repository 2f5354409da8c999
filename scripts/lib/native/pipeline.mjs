import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { answersOk, freePorts, waitUntil } from '../network.mjs';
import { background, run } from '../process.mjs';
import { ROOT } from '../project.mjs';
import { say } from '../say.mjs';

/** For what hangs, not for what is slow. */
const READY_MS = 180_000;
const SECRET_BYTES = 32;

/**
 * What docker-compose.yml runs on top of Kafka, registry and Redis: set-up once, then projector and
 * reader, from the built bundles, with the rest of their settings from the environment. Resolves to
 * their addresses (and the token secret, when none was given), the processes and `stop()`; when one
 * fails, the other is stopped.
 */
export async function startPipeline(addresses, { folder, ports }) {
  const isGiven = Boolean(process.env.PORTAL_JWT_SECRET || process.env.PORTAL_JWT_SECRET_FILE);
  const made = isGiven
    ? {}
    : { PORTAL_JWT_SECRET: randomBytes(SECRET_BYTES).toString('base64url') };
  // Of the two addresses a program takes one, and the caller's shell may name another Redis.
  const unused = addresses.REDIS_CLUSTER_NODES ? 'REDIS_URL' : 'REDIS_CLUSTER_NODES';
  const env = { ...process.env, ...addresses, ...made, HOST: '127.0.0.1', [unused]: '' };
  await run(process.execPath, [bundle('cli'), 'setup'], { env });
  say('Topics and schemas are set up.');
  const [readerPort] = await freePorts(ports.READER_URL, 1);
  const [projectorPort] = await freePorts(Math.max(ports.PROJECTOR_URL, readerPort + 1), 1);
  const start = (name, port) => startService(name, { folder, env: { ...env, PORT: String(port) } });
  const projector = start('projector', projectorPort);
  const reader = start('reader', readerPort);
  const stop = () => Promise.all([reader.stop(), projector.stop()]);
  const [readerUrl, projectorUrl] = [readerPort, projectorPort].map(
    (port) => `http://127.0.0.1:${port}`,
  );
  try {
    await Promise.all([
      waitUntil('Projector', projector, READY_MS, () => answersOk(`${projectorUrl}/readyz`)),
      waitUntil('Reader', reader, READY_MS, () => answersOk(`${readerUrl}/livez`)),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    env: { READER_URL: readerUrl, PROJECTOR_URL: projectorUrl, ...made },
    children: [projector, reader],
    stop,
  };
}

const bundle = (service) => join(ROOT, `services/${service}/dist/main.cjs`);

function startService(name, { folder, env }) {
  // The command line names the folder, so that a left-over process can be told by it.
  const args = [`--report-directory=${folder}`, bundle(name)];
  return background(name, process.execPath, args, { folder: join(folder, name), env });
}
