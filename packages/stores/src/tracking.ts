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
/** Of what a server says, in characters. */
const REFUSAL_MAX = 300;
const CHANNEL = '__redis__:invalidate';

/**
 * `news` speaks protocol 2: with 3 its messages do not come by the subscription. `onRefused` hears the server's own words
 * where it does not do it.
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
    if (own === attempt) epoch = begun;
  };
  let starting = Promise.resolve();
  // One after the other. Refused, or cut off: nothing is promised, and the next connection tries again.
  const restart = (): void => {
    end();
    starting = starting.then(start).catch((error: unknown) => {
      end();
      tellRefusal(error, onRefused);
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

/** What the server answered. A connection that was lost is no refusal: it comes back. */
function tellRefusal(error: unknown, onRefused: (reason: string) => void): void {
  if (error instanceof Error && error.name === 'ReplyError') {
    onRefused(excerpt(error.message, REFUSAL_MAX));
  }
}
