import { type Response } from 'express';

/** An answer, whoever sends it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: Buffer;
}

export const NO_BODY = Buffer.alloc(0);

/** Sends it by Express, which leaves the body away where the method is HEAD. */
export function sendReply(response: Response, { status, headers, body }: Reply): void {
  response.status(status).set(headers);
  if (body.length === 0) response.end();
  else response.send(body);
}
