import { fromMillis, type Micros, parseIso } from '@portal/billing';
import { type Include, INCLUDES, type ParameterIssue } from '@portal/contracts';
import { echoed } from './echo.ts';

export interface DashboardParameters {
  /** As it came, unchecked; may be empty. */
  readonly token: string;
  readonly include: ReadonlySet<Include>;
  /** The instant to answer for; null: now. */
  readonly at: Micros | null;
}

export type ParametersResult =
  | { readonly kind: 'good'; readonly parameters: DashboardParameters }
  | { readonly kind: 'malformed'; readonly issues: readonly ParameterIssue[] };

export interface ParameterSource {
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly authorization: string | undefined;
  /** Whether `at` is a parameter at all. */
  readonly allowAt: boolean;
}

/** A token with many claims, and room; more is no question for a dashboard. */
const QUERY_CHARACTERS_MAX = 8_192;
const PARAMETERS_MAX = 64;
/** Of one parameter's mistakes; the others are counted. A client sees what is wrong, and cannot ask for a megabyte. */
const ISSUES_MAX = 3;

/**
 * Reads the request's parameters and reports everything wrong with them at once. Of a repeated
 * parameter the last one counts, of two tokens the one in the query; unknown parameters are ignored.
 */
export function readParameters({ url, authorization, allowAt }: ParameterSource): ParametersResult {
  const start = url.indexOf('?');
  const text = start === -1 ? '' : url.slice(start + 1);
  if (text.length > QUERY_CHARACTERS_MAX) {
    return { kind: 'malformed', issues: [tooLong('characters', QUERY_CHARACTERS_MAX)] };
  }
  const query = new URLSearchParams(text);
  if (query.size > PARAMETERS_MAX) {
    return { kind: 'malformed', issues: [tooLong('parameters', PARAMETERS_MAX)] };
  }
  const token = query.getAll('token').at(-1) ?? bearerToken(authorization);
  const include = query
    .getAll('include')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const atText = query.getAll('at').at(-1);
  const at = atText === undefined ? null : parseAt(atText);
  const issues = [
    ...(token === undefined ? [MISSING_TOKEN] : []),
    ...includeIssues(include.filter((name) => !isInclude(name))),
    ...(atText === undefined ? [] : atIssues(atText, at, allowAt)),
  ];
  if (token === undefined || issues.length > 0) return { kind: 'malformed', issues };
  return { kind: 'good', parameters: { token, include: new Set(include.filter(isInclude)), at } };
}

const tooLong = (what: string, max: number): ParameterIssue => ({
  loc: ['query'],
  msg: `Query should have at most ${max} ${what}`,
  type: 'too_long',
  input: null,
  ctx: { max_length: max },
});

/** `Authorization: Bearer …`; undefined for other schemes, which are not ours to judge. */
function bearerToken(authorization: string | undefined): string | undefined {
  const match = /^bearer(?: +(.*))?$/i.exec(authorization ?? '');
  return match === null ? undefined : (match[1] ?? '');
}

const isInclude = (name: string): name is Include => INCLUDES.some((known) => known === name);

const MISSING_TOKEN: ParameterIssue = {
  loc: ['query', 'token'],
  msg: 'Field required',
  type: 'missing',
  input: null,
};

const INCLUDES_TEXT = INCLUDES.map((name) => `'${name}'`).join(' or ');

function includeIssues(unknown: readonly string[]): readonly ParameterIssue[] {
  const loc = ['query', 'include'];
  const listed = unknown.slice(0, ISSUES_MAX).map((name) => ({
    loc,
    msg: `Input should be ${INCLUDES_TEXT}`,
    type: 'literal_error',
    input: echoed(name),
    ctx: { expected: INCLUDES_TEXT },
  }));
  const more = unknown.length - listed.length;
  if (more === 0) return listed;
  const msg = `${more} more of them are unknown`;
  return [...listed, { loc, msg, type: 'more_errors', input: null, ctx: { more } }];
}

/** Far enough from what an instant can hold that every date derived from it can be held too. */
const AT_END = fromMillis(Date.UTC(2200, 0));

/** Which midnight it means, nobody can tell. */
const DATE_ALONE = /^[\d-]*$/;

function parseAt(text: string): Micros | null {
  const at = DATE_ALONE.test(text) ? null : parseIso(text);
  return at !== null && at >= 0 && at < AT_END ? at : null;
}

function atIssues(text: string, at: Micros | null, allowAt: boolean): readonly ParameterIssue[] {
  const loc = ['query', 'at'];
  const input = echoed(text);
  if (!allowAt) {
    return [{ loc, msg: 'Extra inputs are not permitted', type: 'extra_forbidden', input }];
  }
  if (at !== null) return [];
  return [
    {
      loc,
      msg: 'Input should be a datetime with a zone, from 1970 to 2199',
      type: 'datetime_parsing',
      input,
    },
  ];
}
