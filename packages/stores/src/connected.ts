import { singleFlight } from '@portal/async';
import { type Client, type ClientSettings } from './client.ts';
import { within } from './errors.ts';
import { probeNode } from './probe.ts';
import { connectingText, maySoonAnswer, notConnected, troubleOf } from './trouble.ts';

export interface WatchSettings extends ClientSettings {
  /**
   * What to do while there is no connection. `wait`: for it, up to `timeoutMs`. `fail`: at once,
   * except during the very first attempt to connect. `ask`: as `wait`, but once it is known that nobody listens there, or
   * that we are refused, not any longer; for one who asks and ends.
   */
  readonly whenAway: 'wait' | 'fail' | 'ask';
}

/** Resolves when the client is connected; rejects when it is not, as `whenAway` says. */
export function watchConnection(
  client: Client,
  { connection, whenAway, timeoutMs }: WatchSettings,
): () => Promise<void> {
  let trouble = connectingText(connection, timeoutMs);
  let ofNode: Error | null = null;
  // What one node of a Cluster came to: the Cluster's own error says less.
  client.on('node error', (error: Error) => {
    ofNode = error;
  });
  // What the last handshake made apart came to: a connection that only says that it was closed says less.
  let probed: Error | null = null;
  const probe = singleFlight(() => probeNode(connection, timeoutMs));
  let refuse: () => void = () => undefined;
  const refused = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  const tell = (error: Error): void => {
    trouble = troubleOf(error, connection);
    if (!maySoonAnswer(error)) refuse();
  };
  client.on('error', (error: Error) => {
    tell(probed ?? ofNode ?? error);
    void probe().then((found) => {
      probed = found;
      if (found !== null && client.status !== 'ready') tell(found);
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
  const waitingFor = (): Promise<void> => {
    switch (whenAway) {
      case 'wait':
        return nextReady();
      case 'fail':
        return firstAttempt;
      case 'ask':
        return Promise.race([nextReady(), refused]);
      default:
        return whenAway satisfies never;
    }
  };
  return async () => {
    await within(timeoutMs, waitingFor()).catch(() => undefined);
    if (client.status !== 'ready') throw notConnected(trouble || client.status);
  };
}
