import { type IncomingMessage, type ServerResponse } from 'node:http';
import { DASHBOARD_PATH } from '@portal/contracts';
import { type RequestHandler } from 'express';
import { answerDashboard, type DashboardDeps } from './dashboard-summary.ts';
import { errorReply } from './errors.ts';
import { headerList, type HeaderList, type Reply } from './reply.ts';
import { type RequestContext, type RequestLog } from './request-log.ts';

export interface HotRouteOptions extends DashboardDeps {
  readonly log: RequestLog;
  /**
   * What Express sets on every answer: security headers and what browsers are told of origins. They are asked once for each
   * known origin, so they may look at nothing else of a request, and must answer at once.
   */
  readonly always: readonly RequestHandler[];
  readonly corsOrigins: readonly string[];
}

const WITH_QUERY = `${DASHBOARD_PATH}?`;

/**
 * Reads of the dashboard by GET, in front of Express: the same answer from the same function, sent with headers that were
 * made once. Returns false for what is left to Express: other methods, and paths that are not spelt plainly.
 */
export function createHotRoute(options: HotRouteOptions) {
  const { log } = options;
  const headersFor = constantHeaders(options.always, options.corsOrigins);
  const failed = (context: RequestContext, error: unknown): Reply => {
    context.logger().error({ err: error }, 'internal error');
    return errorReply({ code: 'internal', requestId: context.id });
  };
  const answered = (request: IncomingMessage, context: RequestContext) => {
    const { url = '', headers } = request;
    const { authorization, 'if-none-match': ifNoneMatch } = headers;
    try {
      return answerDashboard({ url, authorization, ifNoneMatch }, context, options);
    } catch (error) {
      return failed(context, error);
    }
  };
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '', headers } = request;
    const isOurs = url === DASHBOARD_PATH || url.startsWith(WITH_QUERY);
    if (method !== 'GET' || !isOurs) return false;
    const given = headers['x-request-id'];
    const context = log.begin(typeof given === 'string' ? given : undefined);
    const sendNow = (reply: Reply): void => {
      send(response, reply, headersFor(headers.origin), context.id);
    };
    const reply = answered(request, context);
    if (reply instanceof Promise) {
      response.once('close', () => {
        log.end(context, 'GET', DASHBOARD_PATH, response.writableEnded ? response.statusCode : 499);
      });
      void reply.catch((error: unknown) => failed(context, error)).then(sendNow);
    } else {
      // It is sent whole in this turn: no client can be gone before.
      sendNow(reply);
      log.end(context, 'GET', DASHBOARD_PATH, reply.status);
    }
    return true;
  };
}

function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  always: HeaderList,
  requestId: string,
): void {
  const all = [...always, 'X-Request-Id', requestId, ...headers];
  if (status !== 304) all.push('Content-Length', String(body.length));
  response.writeHead(status, all);
  // As a text, head and body leave in one piece; as bytes they would be two.
  response.end(body.toString('latin1'), 'latin1');
}

/**
 * The headers that these handlers set on a GET, by its Origin: made once for each origin that is known, and once for all
 * others.
 */
function constantHeaders(
  handlers: readonly RequestHandler[],
  origins: readonly string[],
): (origin: string | undefined) => HeaderList {
  const known = new Map(origins.map((origin) => [origin, headersOf(handlers, origin)]));
  const none = headersOf(handlers, undefined);
  const stranger = headersOf(handlers, 'https://stranger.invalid');
  return (origin) => (origin === undefined ? none : (known.get(origin) ?? stranger));
}

function headersOf(handlers: readonly RequestHandler[], origin: string | undefined): HeaderList {
  const set = new Map<string, string>();
  const response = {
    setHeader: (name: string, value: string | readonly string[]) => {
      set.set(name, String(value));
    },
    getHeader: (name: string) =>
      [...set].find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1],
    removeHeader: (name: string) => set.delete(name),
  };
  const request = { method: 'GET', headers: origin === undefined ? {} : { origin } };
  for (const handler of handlers) {
    // They are written for Express, and ask no more than this of request and response.
    (handler as (...asked: readonly unknown[]) => void)(request, response, () => undefined);
  }
  return headerList(Object.fromEntries(set));
}
