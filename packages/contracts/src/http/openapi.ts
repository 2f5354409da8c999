import { INCLUDES } from './body.ts';
import { HTTP_ERRORS, PARAMETERS_STATUS } from './errors.ts';
import { EXAMPLE_BODY, EXAMPLE_ISSUE, EXAMPLE_META } from './examples.ts';
import { componentSchemas, type JsonSchema, schemaRef } from './schemas.ts';

export const DASHBOARD_PATH = '/portal/dashboard_summary';

/**
 * The OpenAPI 3.1 document of the reader, generated from the schemas the answers are typed by.
 * `at` documents the parameter that only the embedded mode accepts.
 */
export function openapi({ at = false }: { readonly at?: boolean } = {}) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Portal dashboard',
      version: '1.0.0',
      description: "One customer's whole billing dashboard in one read.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    paths: { [DASHBOARD_PATH]: { get: operation(at) } },
    components: {
      schemas: componentSchemas(),
      securitySchemes: { portalToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

const operation = (at: boolean) => ({
  operationId: 'dashboardSummary',
  summary: 'The dashboard of the customer the token was issued for',
  description:
    'Time-relative fields are computed at the moment of the read. Rows are ordered by created_at, then id.',
  security: [{ portalToken: [] }, {}],
  parameters: at ? [...PARAMETERS, AT] : PARAMETERS,
  responses: RESPONSES,
});

const PARAMETERS = [
  {
    name: 'token',
    in: 'query',
    description:
      'Portal token. May be left out when it comes as `Authorization: Bearer`; when both are given this one counts.',
    schema: { type: 'string' },
  },
  {
    name: 'include',
    in: 'query',
    description: 'Extras to add to the body: repeated, or one comma-separated list.',
    style: 'form',
    explode: true,
    schema: { type: 'array', items: { type: 'string', enum: INCLUDES } },
  },
  {
    name: 'If-None-Match',
    in: 'header',
    description: 'ETag of an earlier answer: 304 when the answer is still the same.',
    schema: { type: 'string' },
  },
];

const AT = {
  name: 'at',
  in: 'query',
  description: 'The instant to answer for, ISO 8601. Embedded mode only.',
  schema: { type: 'string', format: 'date-time' },
};

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string' },
  example,
});

const REQUEST_ID = {
  'X-Request-Id': header(
    "Names this answer in the service's logs; the request's own when it sent a plain one",
    '0b6c3c1e-6c0f-4a57-8a2f-5f6f0d7c9a11',
  ),
};

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
  ),
};

const RETRY_AFTER = { ...REQUEST_ID, 'Retry-After': header('Seconds', '1') };

const AUTHENTICATE = {
  ...REQUEST_ID,
  'WWW-Authenticate': header('Tells the cause apart', 'Bearer error="token_expired"'),
};

const json = (schema: JsonSchema, examples: Readonly<Record<string, unknown>>) => ({
  'application/json': {
    schema,
    examples: Object.fromEntries(
      Object.entries(examples).map(([name, value]) => [name, { value }]),
    ),
  },
});

const plain = (...names: readonly (keyof typeof HTTP_ERRORS)[]) =>
  json(
    schemaRef('PlainError'),
    Object.fromEntries(names.map((name) => [name, { detail: HTTP_ERRORS[name].detail }])),
  );

const RESPONSES = {
  200: {
    description: 'The dashboard',
    headers: ANSWER_HEADERS,
    content: json(schemaRef('Dashboard'), {
      default: EXAMPLE_BODY,
      'include=meta': { ...EXAMPLE_BODY, meta: EXAMPLE_META },
    }),
  },
  304: { description: 'The answer is the one the client has', headers: ANSWER_HEADERS },
  401: {
    description: 'The token is expired, malformed, forged, of another type or lacks claims',
    headers: AUTHENTICATE,
    content: plain('token_expired', 'token_invalid'),
  },
  404: {
    description: 'No event of the customer was ever seen, or the customer was erased',
    headers: REQUEST_ID,
    content: plain('unknown_customer'),
  },
  [PARAMETERS_STATUS]: {
    description: 'The token is missing, or another parameter is malformed',
    headers: REQUEST_ID,
    content: json(schemaRef('ParametersError'), { missing: { detail: [EXAMPLE_ISSUE] } }),
  },
  500: {
    description: 'An internal error',
    headers: REQUEST_ID,
    content: json(schemaRef('InternalError'), {
      internal: {
        detail: HTTP_ERRORS.internal.detail,
        request_id: REQUEST_ID['X-Request-Id'].example,
      },
    }),
  },
  503: {
    description: 'The store does not answer in time, or nothing is live yet',
    headers: RETRY_AFTER,
    content: plain('unavailable'),
  },
};
