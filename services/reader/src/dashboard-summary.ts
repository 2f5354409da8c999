import { type Micros } from '@portal/billing';
import { type TokenCheck } from '@portal/contracts';
import { type DatePolicy } from '@portal/projection';
import { renderAnswer } from './answer.ts';
import { errorReply, type ReaderError } from './errors.ts';
import { isSame } from './etag.ts';
import { readParameters } from './parameters.ts';
import { type Remembered } from './remembered.ts';
import { NO_BODY, type Reply } from './reply.ts';
import { type RequestContext } from './request-log.ts';
import { lookUp, readStored, type StoredDeps } from './stored.ts';

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
  readonly remembered: Remembered;
}

/** What of a request an answer depends on. */
export interface DashboardRequest {
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** `GET /portal/dashboard_summary`: parameters, token, one lookup, view, bytes. */
export async function answerDashboard(
  { url, authorization, ifNoneMatch }: DashboardRequest,
  context: RequestContext,
  deps: DashboardDeps,
): Promise<Reply> {
  const read = readParameters({ url, authorization, allowAt: deps.allowAt });
  if (read.kind === 'malformed') return errorReply({ code: 'parameters', issues: read.issues });
  const { include, at, token: text } = read.parameters;
  const token = deps.verifyToken(text);
  if (token.kind !== 'valid') {
    deps.metrics.unauthorized.inc({ cause: token.kind === 'invalid' ? token.cause : 'expired' });
    return errorReply(refusal(token));
  }
  const { ref } = token;
  context.ref = ref;
  const started = performance.now();
  const isPlain = include.size === 0 && at === null;
  let answer = isPlain ? deps.remembered.unread(ref, deps.now()) : null;
  let answeredAt = started;
  if (answer === null) {
    const wanted = { freshness: include.has('meta'), items: include.has('details') };
    const found = await lookUp(ref, wanted, deps);
    if (found.kind === 'error') return errorReply(found.error);
    answeredAt = performance.now();
    const now = deps.now();
    answer = isPlain ? deps.remembered.of(ref, found, now) : null;
    if (answer === null) {
      const stored = readStored(ref, found, deps, context);
      if (stored.kind === 'error') return errorReply(stored.error);
      answer = renderAnswer(stored, { include, at }, now, deps);
      if (isPlain) deps.remembered.keep(ref, found, now, answer);
    }
  }
  deps.metrics.answers.inc({ status: answer.status });
  const headers = {
    ...answer.headers,
    'Server-Timing': serverTiming(answeredAt - started, performance.now() - answeredAt),
  };
  return isSame(ifNoneMatch, answer.etag)
    ? { status: 304, headers, body: NO_BODY }
    : { status: 200, headers, body: answer.body };
}

const serverTiming = (store: number, view: number): string =>
  `store;dur=${store.toFixed(2)}, view;dur=${view.toFixed(2)}`;

const refusal = (token: Exclude<TokenCheck, { readonly kind: 'valid' }>): ReaderError =>
  token.kind === 'expired'
    ? { code: 'token_expired' }
    : { code: 'token_invalid', cause: token.cause };
