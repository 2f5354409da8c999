import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Registry } from 'prom-client';

export type Readiness =
  { readonly ready: true } | { readonly ready: false; readonly reason: string };

export interface HealthOptions {
  /** May this process be given work now? A rejection counts as not ready. */
  readonly ready: () => Promise<Readiness>;
  readonly registry: Registry;
}

export type HealthHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: () => void,
) => void;

/**
 * Answers `/livez` (the event loop turns), `/readyz` (200 or 503 with the reason) and `/metrics`
 * (Prometheus text) and calls `next` for everything else. Fits `node:http` and Express alike.
 */
export function createHealthHandler({ ready, registry }: HealthOptions): HealthHandler {
  return (request, response, next) => {
    const [path] = (request.url ?? '').split('?');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
    } else if (path === '/livez') {
      send(response, 200, { status: 'alive' });
    } else if (path === '/readyz') {
      void readiness(ready).then((answer) => {
        if (answer.ready) send(response, 200, { status: 'ready' });
        else send(response, 503, { status: 'not_ready', reason: answer.reason });
      });
    } else if (path === '/metrics') {
      void registry.metrics().then(
        (text) => response.setHeader('Content-Type', registry.contentType).end(text),
        () => response.writeHead(500).end(),
      );
    } else {
      next();
    }
  };
}

async function readiness(ready: HealthOptions['ready']): Promise<Readiness> {
  try {
    return await ready();
  } catch {
    return { ready: false, reason: 'the readiness check failed' };
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}
