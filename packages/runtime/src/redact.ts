const MASK = '[redacted]';

/**
 * What may hold a credential in a line of JSON. None matches across a quote or a backslash that ends its text, so
 * a redacted line is still JSON. Each pattern reads any character a bounded number of times, whatever the text:
 * what repeats is either bounded or ends at the first character that cannot begin another match.
 */
const PATTERNS: readonly (readonly [RegExp, (match: string, kept: string) => string])[] = [
  // A JWT, wherever it stands: words joined by dots, told apart below.
  [/[\w-]+(?:\.[\w-]*)*/g, withoutJwt],
  // A query or form parameter, as it is or escaped: ?token=…, access_token=…, token%3D…
  [/(token(?:=|%3d))[^&\s"\\#]+/gi, (_match, kept) => `${kept}${MASK}`],
  // An Authorization header's credentials.
  [/(bearer(?:\s|%20|\+){1,8})[^\s",\\]+/gi, (_match, kept) => `${kept}${MASK}`],
  // The password of an address: redis://user:…@host.
  [/(:\/\/[^\s:@/"\\]{0,256}:)[^\s@/"\\]{1,256}@/g, (_match, kept) => `${kept}${MASK}@`],
  // A field with such a name …
  [
    /("[\w-]{0,32}(?:token|authorization|cookie|password|secret)"\s{0,4}:\s{0,4})"[^"\\]*(?:\\.[^"\\]*)*"/gi,
    (_match, kept) => `${kept}"${MASK}"`,
  ],
  // … and in JSON that is a text in JSON.
  [
    /("[\w-]{0,32}(?:token|authorization|cookie|password|secret)\\{1,8}"\s{0,4}:\s{0,4}\\{1,8}")[^"\\]+/gi,
    (_match, kept) => `${kept}${MASK}`,
  ],
];

/** The line without tokens, passwords and secrets. Takes time in proportion to its length. */
export function redact(line: string): string {
  return PATTERNS.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line);
}

/**
 * A JWT's header is a JSON object, which base64url always starts with `ey`, mostly `eyJ`; the second also counts in
 * the middle of a word, because an escape may stand before it (`\neyJ…`, `%3DeyJ…`). A dot comes after it.
 */
function withoutJwt(words: string): string {
  const start = words.search(/\bey[\w-]{5}|eyJ[\w-]{4}/);
  return start === -1 || !words.includes('.', start) ? words : `${words.slice(0, start)}${MASK}`;
}
