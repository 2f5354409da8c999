const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server does not answer',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
};

/** `connect ECONNREFUSED 127.0.0.1:9092`, `getaddrinfo ENOTFOUND kafka`, `read ECONNRESET`, alone or in a longer text. */
const SYSTEM = /\b([a-z]{1,20}) (E[A-Z_]{3,20})(?: ([^\s,;()]{1,300}))?/;

/**
 * Why a peer is not reached, for people: the system's words for a failed connection become plain ones, with the address
 * when there is one. null when the text tells of nothing of that kind.
 */
export function unreached(text: string): string | null {
  const [, , code = '', address] = SYSTEM.exec(text) ?? [];
  const why = Object.hasOwn(WHY, code) ? WHY[code] : undefined;
  if (why === undefined) return null;
  return address === undefined ? `${why} (${code})` : `${address}: ${why} (${code})`;
}
