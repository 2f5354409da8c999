import {
  type InvalidToken,
  judgeToken,
  type ParameterIssue,
  type SignedToken,
  type TokenCheck,
} from '@portal/contracts';
import { type Micros } from '@portal/billing';
import { LRUCache } from 'lru-cache';
import { type DashboardParameters, type ParameterSource, readParameters } from './parameters.ts';

/** What a request asks, and by whose leave. */
export interface Question extends Omit<DashboardParameters, 'token'> {
  /** Whether the token holds at this instant: to be asked for each request. */
  readonly checkAt: (now: Micros) => TokenCheck;
}

export type QuestionResult =
  | { readonly kind: 'good'; readonly question: Question }
  | { readonly kind: 'malformed'; readonly issues: readonly ParameterIssue[] };

/** What of a request its question depends on. */
export type QuestionSource = Omit<ParameterSource, 'allowAt'>;

export interface QuestionSettings {
  readonly verifyToken: (token: string) => SignedToken | InvalidToken;
  /** Whether `at` is a parameter at all. */
  readonly allowAt: boolean;
}

/** Characters of all texts that are remembered, with what hangs on them: some 12,000 of links that differ. */
const REMEMBERED_MAX = 16 * 1_024 * 1_024;
/** Of one of them, besides its text. */
const ENTRY_SIZE = 1_000;

/**
 * Reads requests. One that came before, letter for letter, is not read again, and its signature not checked again: what a
 * text asks and who signed it never changes. Only good signatures are remembered, so that nobody can fill the memory who
 * has no token; whether a token still holds is judged each time.
 */
export function createQuestions({ verifyToken, allowAt }: QuestionSettings) {
  const remembered = new LRUCache<string, QuestionResult>({
    maxSize: REMEMBERED_MAX,
    sizeCalculation: (_result, text) => text.length + ENTRY_SIZE,
  });
  return ({ url, authorization }: QuestionSource): QuestionResult => {
    // A line break can stand in neither.
    const text = authorization === undefined ? url : `${authorization}\n${url}`;
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const read = readParameters({ url, authorization, allowAt });
    if (read.kind === 'malformed') return read;
    const { include, at, token } = read.parameters;
    const verified = verifyToken(token);
    const checkAt = (now: Micros) => judgeToken(verified, now);
    const result: QuestionResult = { kind: 'good', question: { include, at, checkAt } };
    if (verified.kind === 'signed') remembered.set(text, result);
    return result;
  };
}
