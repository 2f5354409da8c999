import { fromMillis, type Micros, parseIso } from '@portal/billing';
import { type Include, INCLUDES, type ParameterIssue } from '@portal/contracts';

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

/**
 * Reads the request's parameters and reports everything wrong with them at once. Of a repeated
 * parameter the last one counts, of two tokens the one in the query; unknown parameters are ignored.
 */
export function readParameters({ url, authorization, allowAt }: ParameterSource): ParametersResult {
  const start = url.indexOf('?');
  const query = new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
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
    ...include.filter((name) => !isInclude(name)).map(unknownInclude),
    ...(atText === undefined ? [] : atIssues(atText, at, allowAt)),
  ];
  if (token === undefined || issues.length > 0) return { kind: 'malformed', issues };
  return { kind: 'good', parameters: { token, include: new Set(include.filter(isInclude)), at } };
}

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

const unknownInclude = (input: string): ParameterIssue => ({
  loc: ['query', 'include'],
  msg: `Input should be ${INCLUDES_TEXT}`,
  type: 'literal_error',
  input,
  ctx: { expected: INCLUDES_TEXT },
});

/** Far enough from what an instant can hold that every date derived from it can be held too. */
const AT_END = fromMillis(Date.UTC(2200, 0));

function parseAt(text: string): Micros | null {
  const at = parseIso(text);
  return at !== null && at >= 0 && at < AT_END ? at : null;
}

function atIssues(input: string, at: Micros | null, allowAt: boolean): readonly ParameterIssue[] {
  const loc = ['query', 'at'];
  if (!allowAt) {
    return [{ loc, msg: 'Extra inputs are not permitted', type: 'extra_forbidden', input }];
  }
  if (at !== null) return [];
  return [
    { loc, msg: 'Input should be a datetime from 1970 to 2199', type: 'datetime_parsing', input },
  ];
}
