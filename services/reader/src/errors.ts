import {
  HTTP_ERRORS,
  type InvalidCause,
  type ParameterIssue,
  PARAMETERS_STATUS,
} from '@portal/contracts';
import { type Response } from 'express';
import { headerList, type Reply, sendReply } from './reply.ts';

/** Everything that can stand in place of an answer. */
export type ReaderError =
  | { readonly code: 'parameters'; readonly issues: readonly ParameterIssue[] }
  | { readonly code: 'token_expired' }
  | { readonly code: 'token_invalid'; readonly cause: InvalidCause }
  | { readonly code: 'unknown_customer' }
  | { readonly code: 'unavailable' }
  | { readonly code: 'unknown_path' }
  | { readonly code: 'method_not_allowed'; readonly allow: string }
  | { readonly code: 'internal'; readonly requestId: string };

const RETRY_AFTER_SECONDS = 1;

interface ErrorAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
}

/** The one table from error to HTTP. No answer tells more than the contract says. */
export function errorAnswer(error: ReaderError): ErrorAnswer {
  switch (error.code) {
    case 'parameters':
      return { status: PARAMETERS_STATUS, body: { detail: error.issues }, headers: {} };
    case 'token_expired':
      return plain(error.code, { 'WWW-Authenticate': 'Bearer error="token_expired"' });
    case 'token_invalid':
      return plain(error.code, { 'WWW-Authenticate': `Bearer error="token_${error.cause}"` });
    case 'unknown_customer':
    case 'unknown_path':
      return plain(error.code);
    case 'unavailable':
      return plain(error.code, { 'Retry-After': String(RETRY_AFTER_SECONDS) });
    case 'method_not_allowed':
      return plain(error.code, { Allow: error.allow });
    case 'internal': {
      const { status, detail } = HTTP_ERRORS.internal;
      return { status, body: { detail, request_id: error.requestId }, headers: {} };
    }
    default:
      return error satisfies never;
  }
}

const plain = (
  code: keyof typeof HTTP_ERRORS,
  headers: Readonly<Record<string, string>> = {},
): ErrorAnswer => {
  const { status, detail } = HTTP_ERRORS[code];
  return { status, body: { detail }, headers };
};

/** The error's answer; nothing of it may be kept by a cache. */
export function errorReply(error: ReaderError): Reply {
  const { status, body, headers } = errorAnswer(error);
  return {
    status,
    headers: headerList({ ...headers, 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' }),
    body: Buffer.from(JSON.stringify(body)),
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

export const sendError = (response: Response, error: ReaderError): void => {
  sendReply(response, errorReply(error));
};
