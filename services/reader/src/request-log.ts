import { randomUUID } from 'node:crypto';
import { DASHBOARD_PATH } from '@portal/contracts';
import { customerIdOf, type CustomerRef, organizationIdOf } from '@portal/projection';
import { type Logger, plainLines } from '@portal/runtime';
import { type RequestHandler, type Response } from 'express';
import { type ReaderMetrics } from './metrics.ts';

/** What one request is known by. */
export interface RequestContext {
  readonly id: string;
  /** On the clock of `performance.now`. */
  readonly startedAt: number;
  /** Whose dashboard is read; null until the token was verified. */
  ref: CustomerRef | null;
  /** Writes the request's id, and whose dashboard is read, into every line. */
  readonly logger: () => Logger;
}

export interface RequestLog {
  /** A caller's own id is taken over when it can do no harm in a log or a header. */
  begin(givenId: string | undefined): RequestContext;
  /** The request's line, and its place in the metrics. `status` is 499 where the client did not wait. */
  end(context: RequestContext, method: string, route: string, status: number): void;
}

/**
 * One line a request. It holds nothing that the client chose but a plain id: not its path or query (a token may stand in
 * either), not its user agent, not where it comes from. So it is written as it is, not searched for
 * secrets as other lines are.
 */
export function createRequestLog(logger: Logger, metrics: ReaderMetrics): RequestLog {
  const write = plainLines(logger);
  const service = JSON.stringify(logger.bindings()['service'] ?? 'reader');
  const isoNow = createIsoNow();
  const isOn = logger.isLevelEnabled('info');
  return {
    begin: (givenId) => {
      const id = givenId !== undefined && isPlainId(givenId) ? givenId : randomUUID();
      const context: RequestContext = {
        id,
        ref: null,
        startedAt: performance.now(),
        // A request that goes well needs no logger of its own, and making one costs as much as writing its line.
        logger: () => logger.child(fieldsOf(context)),
      };
      return context;
    },
    end: (context, method, route, status) => {
      const milliseconds = performance.now() - context.startedAt;
      metrics.requests.add(route, status);
      metrics.seconds.observe(milliseconds / 1_000, route);
      if (!isOn) return;
      const { id, ref } = context;
      const customer =
        ref === null
          ? ''
          : `"organization_id":"${organizationIdOf(ref)}","customer_id":"${customerIdOf(ref)}",`;
      const ms = Math.round(milliseconds * 100) / 100;
      // Ids, methods and routes hold no character that JSON would write otherwise.
      write(
        `{"level":"info","time":"${isoNow()}","service":${service},"request_id":"${id}",${customer}` +
          `"method":"${method}","route":"${route}","status":${status},"ms":${ms},"msg":"request"}\n`,
      );
    },
  };
}

/** The time of now: of each millisecond the text is made once. */
function createIsoNow(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) text = new Date(now).toISOString();
    at = now;
    return text;
  };
}

const fieldsOf = ({ id, ref }: Pick<RequestContext, 'id' | 'ref'>) => ({
  request_id: id,
  ...(ref === null
    ? {}
    : { organization_id: organizationIdOf(ref), customer_id: customerIdOf(ref) }),
});

export const isPlainId = (text: string): boolean => /^[\w.-]{1,64}$/.test(text);

/** What is asked for, in our words: a path of ours, or `other`. */
const routeOf = (path: string): string => ROUTES.find((route) => route === path) ?? 'other';
const ROUTES = [DASHBOARD_PATH, '/openapi.json'];

const contexts = new WeakMap<Response, RequestContext>();

/** Gives every request that Express answers its context and its line. */
export function logged(log: RequestLog): RequestHandler {
  return (request, response, next) => {
    const context = log.begin(request.get('X-Request-Id'));
    contexts.set(response, context);
    response.set('X-Request-Id', context.id);
    const { method } = request;
    const route = routeOf(request.path);
    response.once('close', () => {
      log.end(context, method, route, response.writableEnded ? response.statusCode : 499);
    });
    next();
  };
}

/** The context of the request that `response` answers; `logged` must have run. */
export function requestContext(response: Response): RequestContext {
  const context = contexts.get(response);
  if (context === undefined) throw new Error('no log of requests is installed');
  return context;
}
