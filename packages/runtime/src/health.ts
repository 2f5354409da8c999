import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Registry } from 'prom-client';
import { type Address, listen, type Listening } from './listen.ts';
import { type Logger } from './logger.ts';
import { createQuietLog } from './quiet.ts';

/**
 * Why a process is not ready, in words that tell a stranger nothing about what stands behind it.
 * joining:              it has no place in its consumer group yet, or is given another one.
 * held:                 a partition of its own waits for something: see what stands in the detail.
 * history_changed:      a topic is not the one it was: it waits for a person's decision.
 * storm:                more than half of the last records of a partition were parked for one cause, and nobody accepted it.
 * store_refuses_writes: the store answers and does not take what is written.
 * not_live:             readers are not pointed at what it writes, and will not be.
 */
export type NotReadyReason =
  | 'store_unavailable'
  | 'store_refuses_writes'
  | 'source_unavailable'
  | 'joining'
  | 'held'
  | 'history_changed'
  | 'stalled'
  | 'storm'
  | 'not_live'
  | 'ended'
  | 'check_failed';

/** Work can be done, and something about it must be known. */
export interface Warning {
  readonly reason: 'time_zone_data';
  readonly detail: string;
}

/** `detail` is for the log and for the operators' own port: it may hold addresses and names. */
export type Readiness = { readonly ready: true; readonly warning?: Warning } | NotReady;

export interface NotReady {
  readonly ready: false;
  readonly reason: NotReadyReason;
  /** In plain words. */
  readonly detail: string;
  /** What was thrown, as it was; for the log alone. */
  readonly error?: unknown;
}

export interface HealthOptions {
  /** May this process be given work now? A rejection counts as not ready. */
  readonly ready: () => Promise<Readiness>;
  readonly registry: Registry;
  /** Hears the detail whenever the answer changes; null: `ready` tells it itself. */
  readonly logger: Logger | null;
  /** Whether `/readyz` tells the detail too: on a port that strangers do not reach. Not by default. */
  readonly tellsDetail?: boolean;
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
export function createHealthHandler(options: HealthOptions): HealthHandler {
  const { registry } = options;
  const readiness = toldReadiness(options);
  return (request, response, next) => {
    const [path] = (request.url ?? '').split('?', 1);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
    } else if (path === '/livez') {
      send(response, 200, { status: 'alive' });
    } else if (path === '/readyz') {
      void readiness().then((answer) => {
        const detailOf = ({ detail }: Warning | NotReady) =>
          options.tellsDetail === true ? { detail } : {};
        if (!answer.ready) {
          const told = { reason: answer.reason, ...detailOf(answer) };
          send(response, 503, { status: 'not_ready', ...told });
        } else if (answer.warning === undefined) {
          send(response, 200, { status: 'ready' });
        } else {
          const { warning } = answer;
          send(response, 200, { status: 'ready', warning: warning.reason, ...detailOf(warning) });
        }
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

/** The health endpoints on a port of their own, and nothing else. */
export function serveHealth(options: HealthOptions, address: Address): Promise<Listening> {
  const health = createHealthHandler(options);
  return listen((request, response) => {
    health(request, response, () => response.writeHead(404).end());
  }, address);
}

/** What the log says of it. */
export const notReadyFields = ({ reason, detail, error }: NotReady): object => ({
  ...{ reason, detail },
  ...(error === undefined ? {} : { err: error }),
});

/** Asks whether the process is ready and logs when that changes, not at each question: anybody may ask. */
function toldReadiness({ ready, logger }: HealthOptions): () => Promise<Readiness> {
  const log = logger === null ? null : createQuietLog(logger);
  let before = 'ready';
  return async () => {
    const answer = await ready().catch((error: unknown): Readiness => {
      const detail = 'the check itself failed: its error is in the log';
      return { ready: false, reason: 'check_failed', detail, error };
    });
    const trouble = answer.ready ? answer.warning : answer;
    const now = trouble?.reason ?? 'ready';
    if (now !== before && trouble !== undefined) {
      const { reason, detail } = trouble;
      const fields = answer.ready ? { reason, detail } : notReadyFields(answer);
      log?.warn(reason, fields, answer.ready ? 'ready, with a warning' : 'not ready');
    } else if (now !== before) {
      log?.info('ready again', {}, 'ready again');
    }
    before = now;
    return answer;
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}
