import { HTTP_ERRORS, PARAMETERS_STATUS } from './errors.ts';
import { EXAMPLE_BODY, EXAMPLE_ISSUE, EXAMPLE_META } from './examples.ts';
import { type SchemaName, schemaRef } from './schemas.ts';

/** A header that always comes, unless said otherwise. */
const header = (description: string, example: string, required = true) => ({
  description,
  required,
  schema: { type: 'string' },
  example,
});

const REQUEST_ID = {
  'X-Request-Id': header(
    "Names this answer in the service's logs; the request's own when it sent a plain one",
    '0b6c3c1e-6c0f-4a57-8a2f-5f6f0d7c9a11',
  ),
};

const ALLOW = { Allow: header('Always the same', 'GET, HEAD, OPTIONS') };
const NOT_KEPT = { ...REQUEST_ID, 'Cache-Control': header('Errors are not kept', 'no-store') };
const RETRY_AFTER = { ...NOT_KEPT, 'Retry-After': header('Seconds', '1') };

const ANSWER_HEADERS = {
  ...REQUEST_ID,
  ETag: header('Hash of the bytes of the answer', '"c2hhMjU2IG9mIHRoZSBieXRlcw"'),
  'Cache-Control': header('Always the same', 'private, no-cache'),
  'Referrer-Policy': header('Always the same: the address may hold a token', 'no-referrer'),
  'Consistency-Token': header(
    'What the answer includes: source/partition@offset, comma-separated',
    'billing.subscriptions/3@12,billing.usage/3@105',
  ),
  'Server-Timing': header('Milliseconds spent', 'store;dur=0.6, view;dur=0.3'),
  'Dashboard-Status': header(
    'Only when the answer is not fresh: status and reasons',
    'partial; reason="unavailable_charge"',
    false,
  ),
};

/** What a preflight is answered with; the CORS ones only to an origin that may read. */
export const HEADERS_OF_PREFLIGHT = {
  ...REQUEST_ID,
  ...ALLOW,
  'Access-Control-Allow-Origin': header(
    'The origin that asked',
    'https://portal.example.com',
    false,
  ),
  'Access-Control-Allow-Methods': header('Always the same', 'GET,HEAD', false),
  'Access-Control-Allow-Headers': header('What a request may carry', 'Content-Type', false),
  'Access-Control-Max-Age': header('Seconds this may be kept', '600', false),
};

const json = (name: SchemaName, examples: Readonly<Record<string, unknown>>) => ({
  'application/json': {
    schema: schemaRef(name),
    examples: Object.fromEntries(
      Object.entries(examples).map(([title, value]) => [title, { value }]),
    ),
  },
});

const plain = (name: SchemaName, ...codes: readonly (keyof typeof HTTP_ERRORS)[]) =>
  json(name, Object.fromEntries(codes.map((code) => [code, { detail: HTTP_ERRORS[code].detail }])));

/** What any request of this path may be refused with, whatever it asks. */
export const REFUSALS = {
  405: {
    description: 'A method other than GET, HEAD and OPTIONS',
    headers: { ...NOT_KEPT, ...ALLOW },
    content: plain('MethodError', 'method_not_allowed'),
  },
  429: {
    description: 'Too many requests; the reader itself does not count them yet',
    headers: RETRY_AFTER,
    content: plain('RateError', 'too_many_requests'),
  },
  500: {
    description: 'An internal error',
    headers: NOT_KEPT,
    content: json('InternalError', {
      internal: {
        detail: HTTP_ERRORS.internal.detail,
        request_id: REQUEST_ID['X-Request-Id'].example,
      },
    }),
  },
};

/** Every status of a read. */
export const RESPONSES = {
  200: {
    description: 'The dashboard',
    headers: ANSWER_HEADERS,
    content: json('PortalDashboardSummaryResponse', {
      default: EXAMPLE_BODY,
      'include=meta': { ...EXAMPLE_BODY, meta: EXAMPLE_META },
    }),
  },
  304: { description: 'The answer is the one the client has', headers: ANSWER_HEADERS },
  401: {
    description: 'The token is expired, malformed, forged, of another type or lacks claims',
    headers: {
      ...NOT_KEPT,
      'WWW-Authenticate': header('Tells the cause apart', 'Bearer error="token_expired"'),
    },
    content: plain('TokenError', 'token_expired', 'token_invalid'),
  },
  404: {
    description: 'No event of the customer was ever seen, or the customer was erased',
    headers: NOT_KEPT,
    content: plain('NotFoundError', 'unknown_customer'),
  },
  [PARAMETERS_STATUS]: {
    description: 'The token is missing, or another parameter is malformed',
    headers: NOT_KEPT,
    content: json('HTTPValidationError', { missing: { detail: [EXAMPLE_ISSUE] } }),
  },
  503: {
    description:
      'The store does not answer in time, too many requests wait for it, or nothing is live yet',
    headers: RETRY_AFTER,
    content: plain('UnavailableError', 'unavailable'),
  },
  ...REFUSALS,
};
