import { createTokenVerifier } from '@portal/contracts';
import { parseUuid } from '@portal/projection';
import { createLogger, redact } from '@portal/runtime';
import { readParameters } from '../../services/reader/src/parameters.ts';
import { isPlainId } from '../../services/reader/src/request-log.ts';

const logger = createLogger({
  service: 'test',
  level: 'info',
  destination: { write: () => undefined },
});
const verifyToken = createTokenVerifier('k7J2vQ9xT4mN8bR1cW6yZ3pL5dF0gH-sA');

const request = (query: string, authorization?: string) =>
  readParameters({ url: `/portal/dashboard_summary?${query}`, authorization, allowAt: true });

/** Where a text that a client or a producer chose meets a pattern or a parser of ours. */
export const BORDERS: Readonly<Record<string, (text: string) => unknown>> = {
  'the redactor': redact,
  'the redactor, in a line of JSON': (text) => redact(JSON.stringify({ text })),
  'the message of a log line': (text) => {
    logger.info(text);
  },
  'a field of a log line': (text) => {
    logger.info({ deep: [{ text }], err: new Error(text) }, 'said');
  },
  'the query of a request': request,
  'its include': (text) => request(`token=x&include=${text}`),
  'its at': (text) => request(`token=x&at=${text}`),
  'its Authorization': (text) => request('', text),
  'a bearer token': (text) => request('', `Bearer ${text}`),
  'the request id': isPlainId,
  'a token': verifyToken,
  'a token of two dots': (text) => verifyToken(`eyJhbGciOiJIUzI1NiJ9.${text}.${text}`),
  'an id': parseUuid,
};

/** Beginnings, ends and separators of everything that is looked for at those borders, many of each. */
export const FRAGMENTS: readonly string[] = [
  ...['ey-', 'ey-ey', 'eyJ', 'eyJhbGc.', 'ey.', '.', '-', '-.', 'a', '0', ' ', '\t', '\n'],
  ...['token', 'token=', 'token=&', 'token%3D', 'bearer', 'bearer ', 'Bearer\t ', 'bearer%20'],
  ...['"', '\\', '\\"', '"\\', '\\\\"', '"token":"', '"token":"\\', '"token" : ', '"token\\":\\"'],
  ...['"secret', '"-token-', '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '":"', '{"a":', '[', ']', '{'],
  ...['://', '://a:', '://a:b', '://:@', ':', '@', '/', '%', '%3D', '%ZZ', '=', '&', '+', ','],
  ...['&include=', 'include=a,', '&token=x', 'W/"', '\u2028', '\ud800', 'é', '00000000-'],
];
