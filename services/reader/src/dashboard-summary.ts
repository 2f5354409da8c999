import { type Micros } from '@portal/billing';
import { type TokenCheck } from '@portal/contracts';
import { type DatePolicy } from '@portal/projection';
import { type Request, type Response } from 'express';
import { renderAnswer } from './answer.ts';
import { type ReaderError, sendError } from './errors.ts';
import { isSame } from './etag.ts';
import { readParameters } from './parameters.ts';
import { verifiedContext } from './request-log.ts';
import { findStored, type StoredDeps } from './stored.ts';

export interface DashboardDeps extends StoredDeps {
  readonly verifyToken: (token: string) => TokenCheck;
  /** The instant answers are computed for. */
  readonly now: () => Micros;
  /** Whether a request may choose that instant by `at`: embedded mode only. */
  readonly allowAt: boolean;
  /** Topics are named `<prefix>.<family>`: positions are told by them. */
  readonly topicPrefix: string;
  readonly datePolicy: DatePolicy;
  /** Version of this process's time zone data: the generation's own, or the answers are `stale`. */
  readonly zoneData: string;
}

/** `GET /portal/dashboard_summary`: parameters, token, one lookup, view, bytes. */
export function dashboardSummary(deps: DashboardDeps) {
  return async (request: Request, response: Response): Promise<void> => {
    const read = readParameters({
      url: request.originalUrl,
      authorization: request.headers.authorization,
      allowAt: deps.allowAt,
    });
    if (read.kind === 'malformed') {
      sendError(response, { code: 'parameters', issues: read.issues });
      return;
    }
    const { parameters } = read;
    const token = deps.verifyToken(parameters.token);
    if (token.kind !== 'valid') {
      deps.metrics.unauthorized.inc({ cause: token.kind === 'invalid' ? token.cause : 'expired' });
      sendError(response, refusal(token));
      return;
    }
    const context = verifiedContext(response, token.ref);
    const started = performance.now();
    const { include } = parameters;
    const wanted = { freshness: include.has('meta'), items: include.has('details') };
    const stored = await findStored(token.ref, wanted, deps, context);
    if (stored.kind === 'error') {
      sendError(response, stored.error);
      return;
    }
    const found = performance.now();
    const answer = renderAnswer(stored, parameters, deps.now(), deps);
    deps.metrics.answers.inc({ status: answer.status });
    const timing = { store: found - started, view: performance.now() - found };
    response.set({ ...answer.headers, 'Server-Timing': serverTiming(timing) });
    if (isSame(request.headers['if-none-match'], answer.etag)) response.status(304).end();
    else response.send(answer.body);
  };
}

const refusal = (token: Exclude<TokenCheck, { readonly kind: 'valid' }>): ReaderError =>
  token.kind === 'expired'
    ? { code: 'token_expired' }
    : { code: 'token_invalid', cause: token.cause };

const serverTiming = (milliseconds: Readonly<Record<string, number>>): string =>
  Object.entries(milliseconds)
    .map(([name, duration]) => `${name};dur=${duration.toFixed(2)}`)
    .join(', ');
