import * as z from 'zod';

/** Every error of the HTTP contract: its status and, where it is fixed, its text. */
export const HTTP_ERRORS = {
  token_expired: { status: 401, detail: 'Portal token has expired' },
  token_invalid: { status: 401, detail: 'Invalid portal token' },
  unknown_customer: { status: 404, detail: 'Customer not found' },
  unknown_path: { status: 404, detail: 'Not Found' },
  method_not_allowed: { status: 405, detail: 'Method Not Allowed' },
  internal: { status: 500, detail: 'Internal Server Error' },
  unavailable: { status: 503, detail: 'Dashboard temporarily unavailable' },
} as const;

/** One malformed parameter, in the shape FastAPI clients know. */
export const parameterIssue = z.strictObject({
  loc: z.array(z.string()),
  msg: z.string(),
  type: z.string(),
  input: z.string().nullable(),
  ctx: z.record(z.string(), z.string()).optional(),
});
export type ParameterIssue = z.infer<typeof parameterIssue>;

export const PARAMETERS_STATUS = 422;

export const parametersError = z.strictObject({ detail: z.array(parameterIssue).min(1) });
export const plainError = z.strictObject({ detail: z.string() });
export const internalError = z.strictObject({
  detail: z.literal(HTTP_ERRORS.internal.detail),
  request_id: z.string().describe('quote it when you report the error'),
});
