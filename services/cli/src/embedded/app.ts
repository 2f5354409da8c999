import { toIso, type Micros } from '@portal/billing';
import { HTTP_ERRORS } from '@portal/contracts';
import { plainPathsOnly } from '@portal/reader';
import { type Logger } from '@portal/runtime';
import express, { type ErrorRequestHandler, type Express, Router } from 'express';
import helmet from 'helmet';
import { eventsRoute, type EventsRouteOptions } from './events-route.ts';
import { type CustomerLink } from './links.ts';
import { isThisMachine, ownNameOnly, ownPageOnly } from './origin.ts';

export interface EmbeddedAppOptions extends EventsRouteOptions {
  readonly reader: Express;
  /** The address it listens on. */
  readonly host: string;
  /** Folder of the built portal page. */
  readonly pageFolder: string;
  readonly now: () => Micros;
  /** True when the clock stands still. */
  readonly frozen: boolean;
  readonly links: () => readonly CustomerLink[];
  readonly logger: Logger;
}

/** The page is made of its own files: no inline script, no inline style, nothing from elsewhere. */
const PAGE_POLICY = {
  styleSrc: ["'self'"],
  fontSrc: ["'self'"],
  imgSrc: ["'self'"],
  upgradeInsecureRequests: null,
};

/** Bytes of a posted body: EVENTS_MAX events of three times the usual size. */
const BODY_BYTES_MAX = 6_000_000;

/** The reader with what only the embedded mode has: the portal page, its customers, and a way to add events. */
export function createEmbeddedApp(options: EmbeddedAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(ownNameOnly(options.host));
  const page = Router({ caseSensitive: true, strict: true });
  page.use(helmet({ contentSecurityPolicy: { directives: PAGE_POLICY } }));
  page.get('/embedded/customers', ownPageOnly, (request, response) => {
    response.set('Cache-Control', 'no-store').json({
      now: toIso(options.now()),
      frozen: options.frozen,
      // Their tokens open every dashboard: who asks from elsewhere needs a link of its own.
      customers: isThisMachine(request.socket) ? options.links() : [],
    });
  });
  page.post(
    '/events',
    ownPageOnly,
    express.raw({ type: () => true, limit: BODY_BYTES_MAX }),
    eventsRoute(options),
  );
  page.use(express.static(options.pageFolder, { index: 'index.html', redirect: false }));
  app.use(plainPathsOnly(page));
  app.use(options.reader);
  app.use(failed(options.logger));
  return app;
}

/** What went wrong outside the reader, in the endpoint's own form and in our words; the log has the rest. */
const failed =
  (logger: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    const { status, type } = (error ?? {}) as {
      readonly status?: unknown;
      readonly type?: unknown;
    };
    if (response.headersSent) {
      next(error);
    } else if (typeof status === 'number' && status >= 400 && status < 500) {
      // A body or a path that cannot be taken in is the client's fault.
      const msg =
        type === 'entity.too.large' ? `longer than ${BODY_BYTES_MAX} bytes` : 'cannot be read';
      const part = request.method === 'POST' ? 'body' : 'path';
      response.status(status).json({ detail: [{ loc: [part], msg, type: `${part}_invalid` }] });
    } else {
      logger.error({ err: error }, 'internal error');
      response.status(500).json({ detail: HTTP_ERRORS.internal.detail });
    }
  };
