import { excerpt } from '@portal/contracts';
import { type Node } from './client.ts';
import { createNews, serverOf } from './news.ts';
import { createWatchedKeys, type KeyWatch } from './watched-keys.ts';

/**
 * What the server says of keys that were read from it: whether anything under them changed since (server-assisted client
 * caching). Messages come over a second connection:
 *
 *     data  ──CLIENT TRACKING ON REDIRECT──► server ──► news: the keys that changed, and an answer to each PING
 *
 * An epoch is the time in which both connections stay open, at one server. It ends with either of them, and whatever was read
 * in it may have changed unseen from then on.
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

/** How long an answer may be given again after the server was last heard on both connections, milliseconds. */
const LEASE_MS = 1_000;
/** Between two questions whether it is there, milliseconds: three may be lost before a lease ends. */
const PING_MS = 250;
/** A server that refused is asked again after this, milliseconds: somebody may have given the right meanwhile. */
const REFUSED_MS = 5_000;
/** Of what a server says, in characters. */
const REFUSAL_MAX = 300;

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
  const told = createNews(news, watched);
  const refused = createRefusals(onRefused);

  const end = (): void => {
    attempt += 1;
    epoch = null;
    watched.allChanged();
  };
  // On both: a connection that was cut off unseen may be over at the server, and then nothing more is said of what it read.
  const ping = async (of: Epoch): Promise<void> => {
    const sent = performance.now();
    await Promise.all([data.ping(), news.ping()]);
    of.leaseUntil = sent + LEASE_MS;
  };
  const start = async (): Promise<void> => {
    if (data.status !== 'ready' || news.status !== 'ready') return;
    const own = attempt;
    const { id, server } = await told.heard();
    if ((await serverOf(data)) !== server)
      throw new Refusal('the two connections lead to two servers');
    // Not NOLOOP: what the server gives up while it reads for us, to make room, it would not say.
    await data.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id);
    const begun = { leaseUntil: 0 };
    await ping(begun);
    if (own !== attempt) return;
    epoch = begun;
    refused.over();
  };
  let starting = Promise.resolve();
  // One after the other. Refused, or cut off: nothing is promised; it is tried again in a while, and by the next connection.
  const restart = (): void => {
    end();
    starting = starting.then(start).catch((error: unknown) => {
      end();
      refused.by(error);
    });
  };

  for (const connection of [data, news]) {
    connection.on('close', end);
    connection.on('ready', restart);
  }
  const timer = setInterval(() => {
    if (epoch !== null) ping(epoch).catch(() => undefined);
    else if (news.status === 'ready' && refused.isToAskAgain()) told.connectAnew();
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

/** Watching cannot begin, though both connections are there. */
class Refusal extends Error {}

/** What the server refused last: told once until it does it or says another thing. */
function createRefusals(tell: (reason: string) => void) {
  let last: { readonly reason: string; readonly at: number } | null = null;
  return {
    by: (error: unknown): void => {
      // A connection that was lost is no refusal: it comes back.
      if (!(error instanceof Refusal) && !isReply(error)) return;
      const reason = excerpt(error.message, REFUSAL_MAX);
      if (reason !== last?.reason) tell(reason);
      last = { reason, at: performance.now() };
    },
    /** True once in a while. */
    isToAskAgain: (): boolean => {
      if (last === null || performance.now() - last.at < REFUSED_MS) return false;
      last = { ...last, at: performance.now() };
      return true;
    },
    over: (): void => {
      last = null;
    },
  };
}

/** What the server answered, in its own words. */
const isReply = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'ReplyError';
