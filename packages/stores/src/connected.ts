import { singleFlight } from '@portal/async';
import { type Client, type ClientSettings } from './client.ts';
import { within } from './errors.ts';
import { probeTls } from './tls-probe.ts';
import { connectingText, notConnected, troubleOf } from './trouble.ts';

export interface WatchSettings extends ClientSettings {
  /**
   * What to do while there is no connection. `wait`: for it, up to `timeoutMs`. `fail`: at once,
   * except during the very first attempt to connect.
   */
  readonly whenAway: 'wait' | 'fail';
}

/** Resolves when the client is connected; rejects when it is not, as `whenAway` says. */
export function watchConnection(
  client: Client,
  { connection, whenAway, timeoutMs }: WatchSettings,
): () => Promise<void> {
  let trouble = connectingText(connection);
  let ofNode: Error | null = null;
  // What one node of a Cluster came to: the Cluster's own error says less.
  client.on('node error', (error: Error) => {
    ofNode = error;
  });
  // What the last handshake made apart came to: a connection that only says that it was closed says less.
  let probed: Error | null = null;
  const probe = singleFlight(() => probeTls(connection, timeoutMs));
  client.on('error', (error: Error) => {
    trouble = troubleOf(probed ?? ofNode ?? error, connection);
    void probe().then((found) => {
      probed = found;
      if (found !== null && client.status !== 'ready') trouble = troubleOf(found, connection);
    });
  });
  client.on('ready', () => {
    [trouble, ofNode, probed] = ['', null, null];
  });
  const firstAttempt = new Promise<void>((resolve) => {
    for (const event of ['ready', 'close', 'end']) client.once(event, resolve);
  });
  let next: Promise<void> | null = null;
  const nextReady = (): Promise<void> =>
    (next ??= new Promise((resolve) => {
      client.once('ready', () => {
        next = null;
        resolve();
      });
    }));
  return async () => {
    const waiting = whenAway === 'wait' ? nextReady() : firstAttempt;
    await within(timeoutMs, waiting).catch(() => undefined);
    if (client.status !== 'ready') throw notConnected(trouble || client.status);
  };
}
