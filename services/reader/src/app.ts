import { DASHBOARD_PATH, openapi } from '@portal/contracts';
import { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import {
  createHealthHandler,
  createQuietLog,
  type Logger,
  type Readiness,
  type Registry,
} from '@portal/runtime';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  Router,
} from 'express';
import helmet from 'helmet';
import { crossOrigin, METHODS } from './cors.ts';
import { answerDashboard, type DashboardDeps } from './dashboard-summary.ts';
import { describedBy } from './description.ts';
import { sendError } from './errors.ts';
import { createReaderMetrics } from './metrics.ts';
import { plainPathsOnly } from './paths.ts';
import { createQuestions, type QuestionSettings } from './questions.ts';
import { createHotRoute } from './hot-route.ts';
import { createRemembered } from './remembered.ts';
import { sendReply } from './reply.ts';
import { createRequestLog, logged, requestContext } from './request-log.ts';
import { createStoreGauges } from './store-gauges.ts';
import { createWaiting, WAITING_MAX } from './waiting.ts';

export interface ReaderDeps extends Omit<DashboardDeps, Made>, QuestionSettings {
  /** What `/readyz` says; null: health and metrics are served on a port of their own, and are unknown paths here. */
  readonly ready: (() => Promise<Readiness>) | null;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Origins whose pages may read the dashboard; `*` allows all. */
  readonly corsOrigins: readonly string[];
  /** Requests that may wait for the store at once; WAITING_MAX when left out. */
  readonly waitingMax?: number;
}

/** What the app makes for itself. */
type Made = 'metrics' | 'trouble' | 'readQuestion' | 'remembered' | 'waiting';

export interface ReaderApp {
  /** Everything the reader serves, and 404 for what it does not know: anything beside it must be mounted before. */
  readonly app: Express;
  /** Reads of the dashboard at their fastest, in front of `app`; false: left to it. */
  readonly hot: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** The whole reader, as a server takes it. */
export const listenerOf =
  ({ app, hot }: ReaderApp): RequestListener =>
  (request, response) => {
    if (!hot(request, response)) app(request, response);
  };

/** Bytes of answers that are remembered: those of some 30,000 customers. */
const REMEMBERED_BYTES_MAX = 128 * 1_024 * 1_024;

/** The reader, which does not listen yet. */
export function createReaderApp(deps: ReaderDeps): ReaderApp {
  const metrics = createReaderMetrics(deps.registry);
  createStoreGauges(deps.registry, deps.documents);
  const app = express();
  app.disable('x-powered-by').disable('etag');
  const { ready, registry, logger } = deps;
  const log = createRequestLog(logger, metrics);
  const security = helmet({ contentSecurityPolicy: API_CONTENT_POLICY });
  const trouble = createQuietLog(logger);
  const dashboard = {
    ...deps,
    ...{ metrics, trouble, readQuestion: createQuestions(deps) },
    remembered: createRemembered(REMEMBERED_BYTES_MAX),
    waiting: createWaiting(deps.waitingMax ?? WAITING_MAX, registry, trouble),
  };
  if (ready !== null) app.use(createHealthHandler({ ready, registry, logger }));
  app.use(logged(log));
  app.use(security);
  const read = crossOrigin(deps.corsOrigins);
  // One path, one spelling: no other case, no slash at the end.
  const routes = Router({ caseSensitive: true, strict: true });
  routes
    .route(DASHBOARD_PATH)
    .all(...read)
    .get(async (request, response) => {
      const { originalUrl: url, headers } = request;
      const { authorization, 'if-none-match': ifNoneMatch } = headers;
      const context = requestContext(response);
      const asked = { url, authorization, ifNoneMatch };
      sendReply(response, await answerDashboard(asked, context, dashboard));
    })
    .all(methodNotAllowed);
  routes
    .route('/openapi.json')
    .all(...read)
    .get(describedBy(openapi({ at: deps.allowAt })))
    .all(methodNotAllowed);
  app.use(plainPathsOnly(routes));
  app.use((_request, response) => {
    sendError(response, { code: 'unknown_path' });
  });
  app.use(internalError);
  // Whatever else stands in front of the dashboard must be here too: the hot route does not pass through Express.
  const always = [security, ...read];
  const hot = createHotRoute({ ...dashboard, log, always, corsOrigins: deps.corsOrigins });
  return { app, hot };
}

/** Answers are data: if a browser is made to show one as a page, nothing of it may run or load. */
const API_CONTENT_POLICY = {
  useDefaults: false,
  directives: { 'default-src': ["'none'"], 'frame-ancestors': ["'none'"] },
};

const methodNotAllowed: RequestHandler = (_request, response) => {
  sendError(response, { code: 'method_not_allowed', allow: METHODS });
};

/** Express calls this for whatever was thrown: our own fault, and never shown. */
const internalError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const { id, logger } = requestContext(response);
  logger().error({ err: error }, 'internal error');
  if (response.headersSent) next(error);
  else sendError(response, { code: 'internal', requestId: id });
};
