import { setImmediate as nextTurn } from 'node:timers/promises';
import { unreached } from '@portal/async';
import { excerpt } from '@portal/contracts';
import { type TlsNames, tlsTrouble } from '@portal/tls';
import { type RedisConnection } from './connect.ts';
import { StoreRefused, StoreUnavailable } from './errors.ts';

/** Of what a server says, in characters. */
const QUOTED_MAX = 300;

/**
 * Why there is no connection, with the variable to check. A Cluster's own error says nothing but that no node
 * answered; what the last one came to stands behind it.
 */
export function troubleOf(error: Error, { kind, tls }: RedisConnection): string {
  const last = lastOf(error);
  const address = addressOf(kind);
  const why = tlsTrouble(last, { ...NAMES, tls: address });
  if (why !== null) return `the server ${why}`;
  const { message } = last;
  if (tls !== null && /ETIMEDOUT|^timeout$|^Socket timeout/.test(message)) {
    return `${plainText(message)}: ${askTls(address)}`;
  }
  if (CLOSED.test(message)) {
    const ask =
      tls === null ? `want TLS; see ${address}` : 'refuse our certificate; see REDIS_TLS_CERT';
    return `the server closed the connection; if it always does, it may ${ask}`;
  }
  return excerpt(message, QUOTED_MAX);
}

/** A plain port waits for the rest of what TLS begins with, and says nothing. */
export function connectingText({ kind, tls }: RedisConnection, waitedMs: number): string {
  const late = noAnswerWithin(waitedMs);
  return tls === null ? late : `${late}; if it goes on: ${askTls(addressOf(kind))}`;
}

/** A server that is silent, or of which a Cluster's client says no more than that it is gone, may answer yet. */
export const maySoonAnswer = (error: Error): boolean => SILENT.test(lastOf(error).message);

const SILENT = /timeout|ETIMEDOUT|Connection is closed|Failed to refresh slots cache/;

function lastOf(error: Error): Error {
  const { lastNodeError } = error as { readonly lastNodeError?: unknown };
  return lastNodeError instanceof Error ? lastNodeError : error;
}

const addressOf = (kind: RedisConnection['kind']): string =>
  kind === 'single' ? 'REDIS_URL' : 'REDIS_CLUSTER_NODES';

const askTls = (address: string): string =>
  `does the server speak TLS on that port? See ${address}`;

const NAMES: Omit<TlsNames, 'tls'> = {
  ca: 'REDIS_TLS_CA',
  cert: 'REDIS_TLS_CERT',
  serverName: 'REDIS_TLS_SERVER_NAME',
};

const CLOSED = /ECONNRESET|EPIPE|Connection is closed/;

/** What a caller is told while there is no connection; `trouble` says why. */
export function notConnected(trouble: string): StoreRefused | StoreUnavailable {
  if (REFUSED.test(trouble)) return new StoreRefused(trouble);
  return new StoreUnavailable(`Redis is not connected: ${plainText(trouble)}`);
}

/** The words for people, of what the system or ioredis says in words of its own. */
function plainText(said: string): string {
  const [, silentMs] = SILENT_SOCKET.exec(said) ?? [];
  if (silentMs !== undefined) return noAnswerWithin(Number(silentMs));
  return PLAIN.get(said) ?? unreached(said) ?? said;
}

const noAnswerWithin = (ms: number): string => `no answer within ${ms / 1_000} s`;

/** The socket is closed after the `timeoutMs` of the client's settings. */
const SILENT_SOCKET = /^Socket timeout\. .{1,60} (\d{1,9})ms\.$/;

const PLAIN: ReadonlyMap<string, string> = new Map([
  ['timeout', 'no node of the Cluster answers in time'],
  ['connect ETIMEDOUT', 'the connection is not taken in time'],
  ['Failed to refresh slots cache.', 'no node of the Cluster tells its slots'],
]);

/** Settles as `work` does, but rejects with what the caller is told. */
export async function inOurWords<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw await rejection(error);
  }
}

/** A reply that blames the command itself: sending it again would not help. */
const WRONG_COMMAND = /^(ERR|WRONGTYPE|CROSSSLOT) /;

/** A reply that blames the user: who has no right now has none later. */
const REFUSED =
  /^(?:NOPERM|NOAUTH|WRONGPASS) |^ERR The user executing the script can't run this command/;
/** What the last of them says of the script, at its end: a hash and a line. */
const OF_SCRIPT = ' script: ';

/**
 * What the caller is told. It comes a turn of the event loop later: a caller that tries again at
 * once must not keep the event loop from seeing that the socket is closed.
 */
async function rejection(error: unknown): Promise<unknown> {
  await nextTurn();
  if (!(error instanceof Error)) return error;
  if (error instanceof StoreUnavailable || error instanceof StoreRefused) return error;
  if (REFUSED.test(error.message)) {
    const [said = ''] = error.message.split(OF_SCRIPT, 1);
    return new StoreRefused(said, { cause: error });
  }
  if (WRONG_COMMAND.test(error.message)) return error;
  return new StoreUnavailable(`Redis: ${plainText(error.message)}`, { cause: error });
}
