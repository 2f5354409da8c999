import { toIso, type Micros } from '@portal/billing';
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  Router,
} from 'express';
import helmet from 'helmet';
import { eventsRoute, type EventsRouteOptions } from './events-route.ts';
import { type CustomerLink } from './links.ts';

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
}

/** The page is made of its own files: no inline script, no inline style, nothing from elsewhere. */
const PAGE_POLICY = {
  styleSrc: ["'self'"],
  fontSrc: ["'self'"],
  imgSrc: ["'self'"],
  upgradeInsecureRequests: null,
};

const BODY_BYTES_MAX = '6mb';

/** The reader with what only the embedded mode has: the portal page, its customers, and a way to add events. */
export function createEmbeddedApp(options: EmbeddedAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(ownHostOnly(options.host));
  const page = Router();
  page.use(helmet({ contentSecurityPolicy: { directives: PAGE_POLICY } }));
  page.get('/embedded/customers', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({
      now: toIso(options.now()),
      frozen: options.frozen,
      customers: options.links(),
    });
  });
  page.post(
    '/events',
    sameSiteOnly,
    express.text({ type: () => true, limit: BODY_BYTES_MAX }),
    eventsRoute(options),
  );
  page.use(express.static(options.pageFolder, { index: 'index.html' }));
  page.use(tooLarge);
  app.use(page);
  app.use(options.reader);
  return app;
}

const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** The list of customers carries tokens: a name that another site points at this machine must not read it. */
const ownHostOnly =
  (host: string): RequestHandler =>
  (request, response, next) => {
    const [, name = ''] = /^(\[[^\]]*\]|[^:]*)(?::\d+)?$/.exec(request.headers.host ?? '') ?? [];
    // Whoever listens beyond this machine chose to be reached by any name.
    const isLocal = LOCAL_NAMES.includes(host) || host === '::1';
    if (!isLocal || LOCAL_NAMES.includes(name.toLowerCase())) next();
    else response.status(421).json({ detail: 'Misdirected Request' });
  };

/** Browsers say where a request comes from: another site's page must not add events to this server. */
const sameSiteOnly: RequestHandler = (request, response, next) => {
  const site = request.headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') next();
  else response.status(403).json({ detail: 'Forbidden: a page of another site asked' });
};

/** A body that cannot be taken in is the client's fault, and said so in the endpoint's own form. */
const tooLarge: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const status = (error as { readonly status?: unknown } | null)?.status;
  if (typeof status !== 'number' || status >= 500) {
    next(error);
    return;
  }
  const msg = error instanceof Error ? error.message : 'the body cannot be read';
  response.status(status).json({ detail: [{ loc: ['body'], msg, type: 'body_invalid' }] });
};
