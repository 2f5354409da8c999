import { DASHBOARD_PATH, openapi } from '@portal/contracts';
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
import { dashboardSummary, type DashboardDeps } from './dashboard-summary.ts';
import { describedBy } from './description.ts';
import { sendError } from './errors.ts';
import { createReaderMetrics } from './metrics.ts';
import { plainPathsOnly } from './paths.ts';
import { requestContext, requestLog } from './request-log.ts';
import { createStoreGauges } from './store-gauges.ts';

export interface ReaderDeps extends Omit<DashboardDeps, 'metrics' | 'trouble'> {
  /** What `/readyz` says; null: health and metrics are served on a port of their own, and are unknown paths here. */
  readonly ready: (() => Promise<Readiness>) | null;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Origins whose pages may read the dashboard; `*` allows all. */
  readonly corsOrigins: readonly string[];
}

/**
 * The reader as an Express app that does not listen yet. What it does not know it answers with 404,
 * so anything served beside it must be mounted before it.
 */
export function createReaderApp(deps: ReaderDeps): Express {
  const metrics = createReaderMetrics(deps.registry);
  createStoreGauges(deps.registry, deps.documents);
  const app = express();
  app.disable('x-powered-by').disable('etag');
  const { ready, registry, logger } = deps;
  if (ready !== null) app.use(createHealthHandler({ ready, registry, logger }));
  app.use(requestLog(logger, metrics));
  app.use(helmet({ contentSecurityPolicy: API_CONTENT_POLICY }));
  const read = crossOrigin(deps.corsOrigins);
  // One path, one spelling: no other case, no slash at the end.
  const routes = Router({ caseSensitive: true, strict: true });
  routes
    .route(DASHBOARD_PATH)
    .all(...read)
    .get(dashboardSummary({ ...deps, metrics, trouble: createQuietLog(logger) }))
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
  return app;
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
  logger.error({ err: error }, 'internal error');
  if (response.headersSent) next(error);
  else sendError(response, { code: 'internal', requestId: id });
};
