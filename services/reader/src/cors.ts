import { list } from '@portal/runtime';
import cors from 'cors';
import { type RequestHandler } from 'express';

export const METHODS = 'GET, HEAD, OPTIONS';

/**
 * What clients in browsers send with a read besides what needs no leave: a type on a GET without a body,
 * what axios and jQuery add, caching by hand, the header of the backend's other calls, and tracing.
 * A list, not the echo of what is asked: an answer to a stranger stays small.
 */
const REQUEST_HEADERS = [
  ...['Accept', 'Accept-Language', 'Authorization', 'Cache-Control', 'Consistency-Token'],
  ...['Content-Type', 'If-Modified-Since', 'If-None-Match', 'Pragma', 'X-CSRF-Token'],
  ...['X-Organization-Id', 'X-Request-Id', 'X-Requested-With', 'X-XSRF-TOKEN'],
  ...['baggage', 'sentry-trace', 'traceparent', 'tracestate'],
];

const ANSWER_HEADERS = [
  ...['Consistency-Token', 'Dashboard-Status', 'ETag', 'Retry-After', 'Server-Timing'],
  ...['WWW-Authenticate', 'X-Request-Id'],
];

const ORIGIN = /^(\*|https?:\/\/[^/\\?#@\s]+)$/;
const EXAMPLES = 'origins such as https://portal.example.com, or *';

/** `CORS_ORIGINS`, each as browsers write it: `https://Example.com:443` is `https://example.com`. */
export const CORS_ORIGINS = list(EXAMPLES, ORIGIN)
  .refine(
    // What the pattern refuses was complained of already.
    (origins) => origins.every((each) => !ORIGIN.test(each) || each === '*' || URL.canParse(each)),
    `must be a comma list of ${EXAMPLES}`,
  )
  .transform((origins) => origins.map((each) => (each === '*' ? each : new URL(each).origin)))
  .default([])
  .describe('origins whose pages may read the dashboard, comma-separated; none by default');

/**
 * Lets pages of these origins read answers, refusals too, and answers every OPTIONS. Pages of a named origin
 * may send cookies along, as clients set up for other calls do; they are ignored.
 */
export function crossOrigin(origins: readonly string[]): readonly RequestHandler[] {
  const isOpen = origins.includes('*');
  return [
    (request, response, next) => {
      if (request.method === 'OPTIONS') response.set('Allow', METHODS);
      next();
    },
    cors({
      origin: isOpen ? '*' : [...origins],
      credentials: !isOpen,
      methods: ['GET', 'HEAD'],
      allowedHeaders: REQUEST_HEADERS,
      exposedHeaders: ANSWER_HEADERS,
      maxAge: 600,
    }),
  ];
}
