import { DASHBOARD_PATH } from '@portal/contracts';
import { type Case, type Part, type Word } from './requests.ts';
import { type Meaning } from './tokens.ts';
import { wireOf } from './wire.ts';

/** What the contract says the answer is: the very text of an error, or that it is an answer. */
export type Expected =
  | { readonly kind: 'answer'; readonly include: readonly string[] }
  | { readonly kind: 'preflight' }
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly text: string;
      readonly headers: Readonly<Record<string, string>>;
    };

export interface Situation {
  /** Whether the served document has `at`. */
  readonly takesAt: boolean;
  readonly live: boolean;
}

/** Written from the contract's words; the request tells by construction what each of its parts is. */
export function expectedOf(asked: Case, { takesAt, live }: Situation): Expected {
  if (asked.path !== DASHBOARD_PATH) return plain(404, 'Not Found');
  if (asked.method === 'OPTIONS') return { kind: 'preflight' };
  if (asked.method !== 'GET' && asked.method !== 'HEAD') {
    return plain(405, 'Method Not Allowed', { allow: 'GET, HEAD, OPTIONS' });
  }
  const [, query = ''] = wireOf(asked).target.split(/\?(.*)/s);
  if (query.length > 8_192) return error(422, { detail: [TOO_LONG] });
  const words = asked.parts.flatMap((part) => (part.name === 'include' ? part.words : []));
  const meaning = meaningOf(asked);
  const issues = [
    ...(meaning === null ? [MISSING] : []),
    ...wordIssues(words.filter(({ good }) => !good)),
    ...atIssues(asked.parts, takesAt),
  ];
  if (issues.length > 0) return error(422, { detail: issues });
  if (meaning === null) throw new Error('a missing token is an issue');
  switch (meaning.kind) {
    case 'refused':
      return plain(401, meaning.detail, {
        'www-authenticate': `Bearer error="token_${meaning.cause}"`,
      });
    case 'stranger':
      return live ? plain(404, 'Customer not found') : UNAVAILABLE;
    case 'customer':
      return live ? { kind: 'answer', include: words.map(({ text }) => text) } : UNAVAILABLE;
    default:
      return meaning satisfies never;
  }
}

/** The last token of the query counts, else the header's. */
function meaningOf({ parts, authorization }: Case): Meaning | null {
  const last = parts.findLast((part) => part.name === 'token');
  return last?.meaning ?? authorization?.meaning ?? null;
}

const error = (
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Expected => ({ kind: 'error', status, text: JSON.stringify(body), headers });

const plain = (status: number, detail: string, headers?: Readonly<Record<string, string>>) =>
  error(status, { detail }, headers);

const UNAVAILABLE = plain(503, 'Dashboard temporarily unavailable', { 'retry-after': '1' });

const MISSING = { loc: ['query', 'token'], msg: 'Field required', type: 'missing', input: null };

const TOO_LONG = {
  loc: ['query'],
  msg: 'Query should have at most 8192 characters',
  type: 'too_long',
  input: null,
  ctx: { max_length: 8_192 },
};

/** Three are listed, the rest is counted. */
function wordIssues(words: readonly Word[]): readonly object[] {
  const more = words.length - 3;
  if (more <= 0) return words.map(unknownWord);
  const rest = {
    loc: ['query', 'include'],
    msg: `${more} more of them are unknown`,
    type: 'more_errors',
    input: null,
    ctx: { more },
  };
  return [...words.slice(0, 3).map(unknownWord), rest];
}

/** At most 64 bytes as JSON writes them; what is longer ends with an ellipsis. */
function cut(text: string): string {
  const fits = (part: readonly string[]) => Buffer.byteLength(JSON.stringify(part.join(''))) <= 66;
  const characters = Array.from(text);
  if (fits(characters)) return text;
  const kept = characters.slice(0, 64);
  while (!fits(kept)) kept.pop();
  return `${kept.join('')}…`;
}

const NAMES = "'meta' or 'details'";
const unknownWord = ({ text }: Word) => ({
  loc: ['query', 'include'],
  msg: `Input should be ${NAMES}`,
  type: 'literal_error',
  input: cut(text),
  ctx: { expected: NAMES },
});

function atIssues(parts: readonly Part[], takesAt: boolean): readonly object[] {
  const last = parts.findLast((part) => part.name === 'at');
  if (last === undefined || (takesAt && last.good)) return [];
  const problem = takesAt
    ? { msg: 'Input should be a datetime with a zone, from 1970 to 2199', type: 'datetime_parsing' }
    : { msg: 'Extra inputs are not permitted', type: 'extra_forbidden' };
  return [{ loc: ['query', 'at'], ...problem, input: cut(last.value) }];
}
