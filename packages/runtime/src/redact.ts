const MASK = '[redacted]';

/**
 * What may hold a credential in a line of JSON. No pattern can match across a quote or a backslash
 * that ends its text, so a redacted line is still JSON.
 */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A JWT, wherever it stands: its header is a JSON object, which base64url always starts with "ey".
  [/\bey[\w-]{5,}\.[\w-]*\.?[\w-]*/g, MASK],
  // A query or form parameter: ?token=…, access_token=…
  [/(token=)[^&\s"\\#]+/gi, `$1${MASK}`],
  // An Authorization header's credentials.
  [/(bearer\s+)[^\s",\\]+/gi, `$1${MASK}`],
  // A field by one of these names.
  [/("(?:token|authorization|cookie|password|secret)":)"(?:[^"\\]|\\.)*"/gi, `$1"${MASK}"`],
];

/** The line without tokens, passwords and secrets. */
export function redact(line: string): string {
  return PATTERNS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line);
}
