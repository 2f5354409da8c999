import { type Micros } from '@portal/billing';
import { type TokenCheck } from '@portal/contracts';
import { type CustomerRef, type DatePolicy } from '@portal/projection';
import { type DashboardAnswer, renderAnswer } from './answer.ts';
import { errorReply, type ReaderError } from './errors.ts';
import { isSame } from './etag.ts';
import { type Question, type QuestionResult, type QuestionSource } from './questions.ts';
import { type Remembered } from './remembered.ts';
import { NO_BODY, type Reply } from './reply.ts';
import { type RequestContext } from './request-log.ts';
import { lookUp, readStored, type StoredDeps } from './stored.ts';

export interface DashboardDeps extends StoredDeps {
  readonly readQuestion: (asked: QuestionSource) => QuestionResult;
  /** The instant answers are computed for. */
  readonly now: () => Micros;
  /** Topics are named `<prefix>.<family>`: positions are told by them. */
  readonly topicPrefix: string;
  readonly datePolicy: DatePolicy;
  /** Version of this process's time zone data: the generation's own, or the answers are `stale`. */
  readonly zoneData: string;
  readonly remembered: Remembered;
}

/** What of a request an answer depends on. */
export interface DashboardRequest extends QuestionSource {
  readonly ifNoneMatch: string | undefined;
}

/**
 * `GET /portal/dashboard_summary`: parameters, token, one lookup, view, bytes. It promises the answer only where the store
 * must be asked; a refusal, and an answer that is remembered, is there at once.
 */
export function answerDashboard(
  asked: DashboardRequest,
  context: RequestContext,
  deps: DashboardDeps,
): Reply | Promise<Reply> {
  const read = deps.readQuestion(asked);
  if (read.kind === 'malformed') return errorReply({ code: 'parameters', issues: read.issues });
  const { question } = read;
  const now = deps.now();
  const token = question.checkAt(now);
  if (token.kind !== 'valid') {
    deps.metrics.unauthorized.inc({ cause: token.kind === 'invalid' ? token.cause : 'expired' });
    return errorReply(refusal(token));
  }
  const { ref } = token;
  context.ref = ref;
  const unread = isPlain(question) ? deps.remembered.unread(ref, now) : null;
  return unread === null
    ? answerFromStore(ref, question, asked.ifNoneMatch, context, deps)
    : replyOf(unread, asked.ifNoneMatch, NO_TIME, deps);
}

/** Nothing of the answer depends on more than the customer and the clock. */
const isPlain = ({ include, at }: Question): boolean => include.size === 0 && at === null;

async function answerFromStore(
  ref: CustomerRef,
  question: Question,
  ifNoneMatch: string | undefined,
  context: RequestContext,
  deps: DashboardDeps,
): Promise<Reply> {
  const { include } = question;
  const started = performance.now();
  const wanted = { freshness: include.has('meta'), items: include.has('details') };
  const found = await lookUp(ref, wanted, deps);
  if (found.kind === 'error') return errorReply(found.error);
  const answeredAt = performance.now();
  const now = deps.now();
  let answer = isPlain(question) ? deps.remembered.of(ref, found, now) : null;
  if (answer === null) {
    const stored = readStored(ref, found, deps, context);
    if (stored.kind === 'error') return errorReply(stored.error);
    answer = renderAnswer(stored, question, now, deps);
    if (isPlain(question)) deps.remembered.keep(ref, found, now, answer);
  }
  const timing = serverTiming(answeredAt - started, performance.now() - answeredAt);
  return replyOf(answer, ifNoneMatch, timing, deps);
}

function replyOf(
  answer: DashboardAnswer,
  ifNoneMatch: string | undefined,
  timing: string,
  { metrics }: StoredDeps,
): Reply {
  metrics.answers.add(answer.status);
  const headers = [...answer.headers, 'Server-Timing', timing];
  return isSame(ifNoneMatch, answer.etag)
    ? { status: 304, headers, body: NO_BODY }
    : { status: 200, headers, body: answer.body };
}

const serverTiming = (store: number, view: number): string =>
  `store;dur=${store.toFixed(2)}, view;dur=${view.toFixed(2)}`;
const NO_TIME = serverTiming(0, 0);

const refusal = (token: Exclude<TokenCheck, { readonly kind: 'valid' }>): ReaderError =>
  token.kind === 'expired'
    ? { code: 'token_expired' }
    : { code: 'token_invalid', cause: token.cause };
