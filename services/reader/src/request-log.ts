import { randomUUID } from 'node:crypto';
import { DASHBOARD_PATH } from '@portal/contracts';
import { customerIdOf, type CustomerRef, organizationIdOf } from '@portal/projection';
import { type Logger } from '@portal/runtime';
import { type RequestHandler, type Response } from 'express';
import { type ReaderMetrics } from './metrics.ts';
import { type RequestContext } from './stored.ts';

/**
 * Gives every request an id, and every answer its line in the log and its place in the metrics. The line holds
 * nothing that the client chose but a plain id: not its path or query (a token may stand in either), not its
 * user agent, not where it comes from.
 */
export function requestLog(logger: Logger, metrics: ReaderMetrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const given = request.get('X-Request-Id') ?? '';
    const id = isPlainId(given) ? given : randomUUID();
    contexts.set(response, contextOf(logger, { request_id: id }));
    response.set('X-Request-Id', id);
    const { method } = request;
    const route = routeOf(request.path);
    response.once('close', () => {
      const milliseconds = performance.now() - started;
      const status = response.writableEnded ? response.statusCode : 499;
      metrics.requests.inc({ route, status });
      metrics.seconds.observe({ route }, milliseconds / 1_000);
      const ms = Number(milliseconds.toFixed(2));
      const { fields } = contextFor(response);
      logger.info({ ...fields, method, route, status, ms }, 'request');
    });
    next();
  };
}

/** A caller's own id is taken over when it can do no harm in a log or a header. */
export const isPlainId = (text: string): boolean => /^[\w.-]{1,64}$/.test(text);

/** What is asked for, in our words: a path of ours, or `other`. */
const routeOf = (path: string): string => ROUTES.find((route) => route === path) ?? 'other';
const ROUTES = [DASHBOARD_PATH, '/openapi.json'];

interface Context extends RequestContext {
  /** What every line about the request says. */
  readonly fields: { readonly request_id: string };
  readonly base: Logger;
}

const contexts = new WeakMap<Response, Context>();

/** A request that goes well needs no logger of its own, and making one costs as much as writing its line. */
const contextOf = (base: Logger, fields: Context['fields']): Context => ({
  id: fields.request_id,
  fields,
  base,
  get logger() {
    return base.child(fields);
  },
});

/** The context of the request that `response` answers; `requestLog` must have run. */
export const requestContext = (response: Response): RequestContext => contextFor(response);

function contextFor(response: Response): Context {
  const context = contexts.get(response);
  if (context === undefined) throw new Error('requestLog is not installed');
  return context;
}

/**
 * The request's context once its token was verified: from here on every line of it says who reads whom, whatever
 * the answer will be.
 */
export function verifiedContext(response: Response, ref: CustomerRef): RequestContext {
  const { base, fields } = contextFor(response);
  const about = { organization_id: organizationIdOf(ref), customer_id: customerIdOf(ref) };
  const verified = contextOf(base, { ...fields, ...about });
  contexts.set(response, verified);
  return verified;
}
