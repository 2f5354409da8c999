import { randomUUID } from 'node:crypto';
import { type Logger } from '@portal/runtime';
import { type RequestHandler, type Response } from 'express';
import { type ReaderMetrics } from './metrics.ts';
import { type RequestContext } from './stored.ts';

/** A caller's own id is taken over when it can do no harm in a log or a header. */
const PLAIN_ID = /^[\w.-]{1,64}$/;

const contexts = new WeakMap<Response, RequestContext>();

/**
 * Gives every request an id, and every answer its line in the log and its place in the metrics. The
 * line holds the path without the query, so no token.
 */
export function requestLog(logger: Logger, metrics: ReaderMetrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const given = request.get('X-Request-Id') ?? '';
    const id = PLAIN_ID.test(given) ? given : randomUUID();
    const own = logger.child({ request_id: id });
    contexts.set(response, { id, logger: own });
    response.set('X-Request-Id', id);
    const { method, path } = request;
    response.once('close', () => {
      const milliseconds = performance.now() - started;
      const status = response.writableEnded ? response.statusCode : 499;
      const route = (request.route as { readonly path: string } | undefined)?.path ?? 'other';
      metrics.requests.inc({ route, status });
      metrics.seconds.observe({ route }, milliseconds / 1_000);
      own.info({ method, path, status, ms: Number(milliseconds.toFixed(2)) }, 'request');
    });
    next();
  };
}

/** The context of the request that `response` answers; `requestLog` must have run. */
export function requestContext(response: Response): RequestContext {
  const context = contexts.get(response);
  if (context === undefined) throw new Error('requestLog is not installed');
  return context;
}
