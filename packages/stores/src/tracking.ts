import { excerpt } from '@portal/contracts';
import { type Node } from './client.ts';
import { createWatchedKeys, type KeyWatch, type WatchedKeys } from './watched-keys.ts';

/**
 * What the server says of keys that were read from it: whether anything under them changed since (server-assisted client
 * caching). Messages come over a second connection:
 *
 *     data  ──CLIENT TRACKING ON REDIRECT──► server ──► news: the keys that changed, and an answer to each PING
 *
 * An epoch is the time in which both connections stay open. It ends with either of them, and whatever was read in it may
 * have changed unseen from then on.
 */
export interface Tracking {
  /** To be called before the keys are read by the data connection; null: nothing can be promised now. */
  begin(keys: readonly string[]): Receipt | null;
  /** Whether the server said, less than a lease ago, all there was to say, and nothing of these keys. */
  isUnchanged(receipt: Receipt): boolean;
  /** Whether anything can be promised now. */
  isOn(): boolean;
  close(): void;
}

export interface Receipt {
  readonly epoch: Epoch;
  readonly watches: readonly KeyWatch[];
}

interface Epoch {
  /** On the clock of `performance.now`: until then what was said is all there was. */
  leaseUntil: number;
}

/** How long an answer may be given again after the server was last heard, milliseconds. */
const LEASE_MS = 1_000;
/** Between two questions whether it is there, milliseconds: three may be lost before a lease ends. */
const PING_MS = 250;
/** A server that refused is asked again after this, milliseconds: somebody may have given the right meanwhile. */
const REFUSED_MS = 5_000;
/** Of what a server says, in characters. */
const REFUSAL_MAX = 300;
const CHANNEL = '__redis__:invalidate';

/**
 * `news` speaks protocol 2: with 3 its messages do not come by the subscription. `onRefused` hears the server's own words
 * where it does not do it, once until it does or says another thing.
 */
export function createTracking(
  data: Node,
  news: Node,
  onRefused: (reason: string) => void = () => undefined,
): Tracking {
  const watched = createWatchedKeys();
  let epoch: Epoch | null = null;
  let attempt = 0;
  /** Of the news connection: a subscribed one does not tell it any more. */
  let newsId: string | null = null;
  let refusal: { readonly reason: string; readonly at: number } | null = null;

  const end = (): void => {
    attempt += 1;
    epoch = null;
    watched.allChanged();
  };
  const ping = async (of: Epoch): Promise<void> => {
    const sent = performance.now();
    await news.ping();
    of.leaseUntil = sent + LEASE_MS;
  };
  const start = async (): Promise<void> => {
    if (data.status !== 'ready' || news.status !== 'ready') return;
    const own = attempt;
    if (newsId === null) {
      const id = String(await news.client('ID'));
      await news.subscribe(CHANNEL);
      newsId = id;
    }
    await data.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', newsId, 'NOLOOP');
    const begun = { leaseUntil: 0 };
    await ping(begun);
    if (own !== attempt) return;
    epoch = begun;
    refusal = null;
  };
  let starting = Promise.resolve();
  // One after the other. Refused, or cut off: nothing is promised; it is tried again in a while, and by the next connection.
  const restart = (): void => {
    end();
    starting = starting.then(start).catch((error: unknown) => {
      end();
      const reason = refusalIn(error);
      if (reason === null) return;
      if (reason !== refusal?.reason) onRefused(reason);
      refusal = { reason, at: performance.now() };
    });
  };

  hear(news, watched);
  news.on('close', () => {
    newsId = null;
  });
  for (const connection of [data, news]) {
    connection.on('close', end);
    connection.on('ready', restart);
  }
  const timer = setInterval(() => {
    if (epoch !== null) ping(epoch).catch(() => undefined);
    else if (refusal !== null && performance.now() - refusal.at >= REFUSED_MS) {
      refusal = { ...refusal, at: performance.now() };
      restart();
    }
  }, PING_MS);
  timer.unref();
  restart();

  return {
    begin: (keys) => {
      if (epoch === null) return null;
      return { epoch, watches: keys.map((key) => watched.of(key)) };
    },
    isUnchanged: (receipt) =>
      receipt.epoch === epoch &&
      performance.now() < receipt.epoch.leaseUntil &&
      receipt.watches.every(({ changed }) => !changed),
    isOn: () => epoch !== null && performance.now() < epoch.leaseUntil,
    close: () => {
      clearInterval(timer);
      end();
      news.disconnect();
    },
  };
}

function hear(news: Node, watched: WatchedKeys): void {
  news.on('messageBuffer', (_channel: Buffer, keys: unknown) => {
    // No list of keys: everything was flushed.
    if (Array.isArray(keys)) for (const key of keys) watched.changed(String(key));
    else watched.allChanged();
  });
}

/** What the server answered; null of a connection that was lost: it comes back. */
const refusalIn = (error: unknown): string | null =>
  error instanceof Error && error.name === 'ReplyError'
    ? excerpt(error.message, REFUSAL_MAX)
    : null;
