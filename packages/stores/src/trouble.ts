import { type TlsNames, tlsTrouble } from '@portal/tls';
import { type RedisConnection } from './connect.ts';

/** Of what a server says, in characters. */
const QUOTED_MAX = 300;

/**
 * Why there is no connection, with the variable to look at. A Cluster's own error says nothing but that no node
 * answered; what the last one came to stands behind it.
 */
export function troubleOf(error: Error, { kind, tls }: RedisConnection): string {
  const { lastNodeError } = error as { readonly lastNodeError?: unknown };
  const last = lastNodeError instanceof Error ? lastNodeError : error;
  const address = addressOf(kind);
  const why = tlsTrouble(last, { ...NAMES, tls: address });
  if (why !== null) return `the server ${why}`;
  const { message } = last;
  if (tls !== null && /ETIMEDOUT/.test(message)) {
    return `${message}: ${askTls(address)}`;
  }
  if (CLOSED.test(message)) {
    const ask =
      tls === null ? `want TLS; see ${address}` : 'refuse our certificate; see REDIS_TLS_CERT';
    return `the server closed the connection; if it always does, it may ${ask}`;
  }
  return message.slice(0, QUOTED_MAX);
}

/** A plain port waits for the rest of what TLS begins with, and says nothing. */
export const connectingText = ({ kind, tls }: RedisConnection): string =>
  tls === null ? 'still connecting' : `still connecting; if it goes on: ${askTls(addressOf(kind))}`;

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
