import * as z from 'zod';

/** Every error of the HTTP contract: its status and, where it is fixed, its text. */
export const HTTP_ERRORS = {
  token_expired: { status: 401, detail: 'Portal token has expired' },
  token_invalid: { status: 401, detail: 'Invalid portal token' },
  unknown_customer: { status: 404, detail: 'Customer not found' },
  unknown_path: { status: 404, detail: 'Not Found' },
  method_not_allowed: { status: 405, detail: 'Method Not Allowed' },
  too_many_requests: { status: 429, detail: 'Too Many Requests' },
  internal: { status: 500, detail: 'Internal Server Error' },
  unavailable: { status: 503, detail: 'Dashboard temporarily unavailable' },
} as const;

/** One malformed parameter, in the shape FastAPI clients know. */
export const parameterIssue = z.object({
  loc: z.array(z.union([z.string(), z.int()])).describe('where: query, then the parameter'),
  msg: z.string(),
  type: z.string().describe('stable word for the kind of mistake'),
  input: z.string().nullable().describe('what was given, cut when it is long'),
  ctx: z
    .object({
      expected: z.string().optional(),
      max_length: z.int().optional(),
      more: z.int().optional().describe('how many more mistakes of this parameter are not listed'),
    })
    .optional(),
});
export type ParameterIssue = z.infer<typeof parameterIssue>;

export const PARAMETERS_STATUS = 422;

export const parametersError = z.object({ detail: z.array(parameterIssue).min(1) });

/** A body whose text is fixed: clients can compare it. */
const fixed = (...codes: readonly (keyof typeof HTTP_ERRORS)[]) =>
  z.object({ detail: z.literal(codes.map((code) => HTTP_ERRORS[code].detail)) });

export const tokenError = fixed('token_expired', 'token_invalid');
export const notFoundError = fixed('unknown_customer');
export const methodError = fixed('method_not_allowed');
export const rateError = fixed('too_many_requests');
export const unavailableError = fixed('unavailable');
export const internalError = z.object({
  detail: z.literal(HTTP_ERRORS.internal.detail),
  request_id: z.string().describe('quote it when you report the error'),
});
