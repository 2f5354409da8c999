import { gzipSync } from 'node:zlib';
import { type RequestHandler } from 'express';
import { etagOf, isSame } from './etag.ts';

/**
 * Answers with a document that never changes while the process runs. Bytes, tags and headers are made
 * once: anybody may ask, any number of times.
 */
export function describedBy(document: object): RequestHandler {
  const bytes = Buffer.from(JSON.stringify(document));
  const plain = prepared(bytes, {});
  const gzipped = prepared(gzipSync(bytes), { 'Content-Encoding': 'gzip' });
  return (request, response) => {
    const isZipped = request.acceptsEncodings('gzip', 'identity') === 'gzip';
    const { body, etag, headers } = isZipped ? gzipped : plain;
    response.vary('Accept-Encoding').set({ ...headers, ...KEPT_FOR_A_WHILE, ETag: etag });
    if (isSame(request.headers['if-none-match'], etag)) response.status(304).end();
    else response.set('Content-Length', String(body.length)).end(body);
  };
}

/** The same for everybody, and new with a release at most. */
const KEPT_FOR_A_WHILE = { 'Cache-Control': 'public, max-age=300' };

const prepared = (body: Buffer, encoding: Readonly<Record<string, string>>) => ({
  body,
  etag: etagOf(body),
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...encoding },
});
