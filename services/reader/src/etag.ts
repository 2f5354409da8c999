import { createHash } from 'node:crypto';

/** A strong tag: 162 bits of the hash of the very bytes that are sent. */
export const etagOf = (body: Buffer): string =>
  `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;

/**
 * The weak comparison of RFC 9110, which `If-None-Match` takes. Express's own also wants the request
 * not to say `Cache-Control: no-cache`, which browsers add by themselves to such a fetch.
 */
export const isSame = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === '*' || tag === etag);
