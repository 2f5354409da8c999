import { type IncomingMessage, type ServerResponse } from 'node:http';
import { DASHBOARD_PATH } from '@portal/contracts';
import { type RequestHandler } from 'express';
import { answerDashboard, type DashboardDeps } from './dashboard-summary.ts';
import { errorReply } from './errors.ts';
import { type Reply } from './reply.ts';
import { type RequestLog } from './request-log.ts';

type Headers = Readonly<Record<string, string>>;

export interface HotRouteOptions extends DashboardDeps {
  readonly log: RequestLog;
  /** What Express sets on every answer: security headers and what browsers are told of origins. */
  readonly always: readonly RequestHandler[];
  readonly corsOrigins: readonly string[];
}

const START = `${DASHBOARD_PATH}?`;

/**
 * Reads of the dashboard by GET, in front of Express: the same answer from the same function, sent with headers that were
 * made once. Returns false for what is left to Express: other methods, and paths that are not spelt plainly.
 */
export function createHotRoute(options: HotRouteOptions) {
  const { log } = options;
  const headersFor = constantHeaders(options.always, options.corsOrigins);
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url, headers } = request;
    if (method !== 'GET' || url?.startsWith(START) !== true) return false;
    const given = headers['x-request-id'];
    const context = log.begin(typeof given === 'string' ? given : undefined);
    response.once('close', () => {
      log.end(context, 'GET', DASHBOARD_PATH, response.writableEnded ? response.statusCode : 499);
    });
    const asked = {
      url,
      authorization: headers.authorization,
      ifNoneMatch: headers['if-none-match'],
    };
    void answerDashboard(asked, context, options)
      .catch((error: unknown) => {
        context.logger.error({ err: error }, 'internal error');
        return errorReply({ code: 'internal', requestId: context.id });
      })
      .then((reply) => {
        send(response, reply, headersFor(headers.origin), context.id);
      });
    return true;
  };
}

function send(
  response: ServerResponse,
  { status, headers, body }: Reply,
  always: Headers,
  requestId: string,
): void {
  const length = status === 304 ? {} : { 'Content-Length': body.length };
  response.writeHead(status, { ...always, 'X-Request-Id': requestId, ...headers, ...length });
  response.end(body);
}

/**
 * The headers that these handlers set on a GET, by its Origin: made once for each origin that is known, and once for all
 * others.
 */
function constantHeaders(
  handlers: readonly RequestHandler[],
  origins: readonly string[],
): (origin: string | undefined) => Headers {
  const known = new Map(origins.map((origin) => [origin, headersOf(handlers, origin)]));
  const none = headersOf(handlers, undefined);
  const stranger = headersOf(handlers, 'https://stranger.invalid');
  return (origin) => (origin === undefined ? none : (known.get(origin) ?? stranger));
}

function headersOf(handlers: readonly RequestHandler[], origin: string | undefined): Headers {
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
  return Object.fromEntries(set);
}
