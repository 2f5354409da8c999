import { connect, createServer } from 'node:net';
import { readFileSync } from 'node:fs';
import { Remedy } from './say.mjs';

const HOST = '127.0.0.1';
const PROBE_MS = 1000;
const PORTS_TRIED = 200;

/**
 * The first `count` neighbouring ports from `preferred` on that are free, and whose neighbours at
 * `offset` are free too (a Redis Cluster node also listens at its port + 10,000).
 */
export async function freePorts(preferred, count, offset = 0) {
  for (let first = preferred; first < preferred + PORTS_TRIED; first += count) {
    const ports = Array.from({ length: count }, (_, i) => first + i);
    const all = offset === 0 ? ports : [...ports, ...ports.map((port) => port + offset)];
    if ((await Promise.all(all.map(isFree))).every(Boolean)) return ports;
  }
  throw new Remedy(`No free port found from ${preferred} on: stop what listens there.`);
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
}

/** Waits until `probe` says yes; fails early with the end of the log when the process has ended. */
export async function waitUntil(what, child, timeoutMs, probe) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (await probe()) return;
    if (!child.isRunning()) throw new Remedy(`${what} ended while starting:\n${tail(child.log)}`);
    if (Date.now() > deadline) {
      throw new Remedy(`${what} is not ready after ${timeoutMs / 1000} s:\n${tail(child.log)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const tail = (file) => readFileSync(file, 'utf8').split('\n').slice(-20).join('\n');

/** Does something accept connections there? */
export function accepts(port) {
  return exchange(port, '', () => true);
}

/** Does that Redis answer the command with a reply that holds `expected`? */
export function redisAnswers(port, command, expected) {
  return exchange(port, `${command}\r\n`, (reply) => reply.includes(expected));
}

/** Does that address answer 200? */
export async function answersOk(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) });
    return response.ok;
  } catch {
    return false;
  }
}

function exchange(port, request, accept) {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    const finish = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(PROBE_MS, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('connect', () => (request === '' ? finish(accept('')) : socket.write(request)));
    socket.on('data', (chunk) => finish(accept(chunk.toString())));
  });
}
