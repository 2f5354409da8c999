import { type Response } from 'express';

/** Names and values in turn, as node:http takes them at once: a list costs less than an object. */
export type HeaderList = readonly string[];

/** An answer, whoever sends it. */
export interface Reply {
  readonly status: number;
  readonly headers: HeaderList;
  /** Empty where there is none. */
  readonly body: Buffer;
}

export const NO_BODY = Buffer.alloc(0);

/** Sends it by Express, which leaves the body away where the method is HEAD. */
export function sendReply(response: Response, { status, headers, body }: Reply): void {
  response.status(status);
  for (let at = 0; at < headers.length; at += 2) response.set(headers[at] ?? '', headers[at + 1]);
  if (body.length === 0) response.end();
  else response.send(body);
}

export const headerList = (headers: Readonly<Record<string, string>>): HeaderList =>
  Object.entries(headers).flat();
