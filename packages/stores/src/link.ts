import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { singleFlight, unreached } from '@portal/async';
import {
  type Client,
  type ClientSettings,
  createClient,
  masterOf,
  mastersOf,
  type Node,
} from './client.ts';
import { type PlainCommand, type RedisCommand, type Reply } from './commands.ts';
import { StoreRefused, StoreUnavailable, unlessStopped, within } from './errors.ts';
import { runAll } from './pipelines.ts';
import { probeTls } from './tls-probe.ts';
import { connectingText, troubleOf } from './trouble.ts';

export interface LinkSettings extends ClientSettings {
  /**
   * What to do while there is no connection. `wait`: for it, up to `timeoutMs`. `fail`: at once,
   * except during the very first attempt to connect.
   */
  readonly whenAway: 'wait' | 'fail';
  /** Aborted when the process stops: nothing is waited for any longer than a moment. */
  readonly stopping?: AbortSignal | undefined;
}

/** One command to one server, whatever keys it holds. */
export type Ask = (name: string, args: readonly string[]) => Promise<Reply>;
/** What a command that is on its way when the process stops still has, milliseconds. */
const STOP_MS = 1_000;

/** A connection to Redis, single or Cluster, that always answers in time. */
export interface RedisLink {
  /**
   * Sends the commands in one pipeline (Cluster: one per master) and resolves with the replies in
   * order. Commands with the same keys are executed in the order given; there is no transaction.
   * Rejects with StoreUnavailable when any of them got no good reply for a reason that passes (all
   * of them may have been executed), with StoreRefused when the user may not do that, and with the reply's own
   * error when the command is wrong.
   */
  run(commands: readonly RedisCommand[]): Promise<readonly Reply[]>;
  /**
   * One plain command, by the shortest way. Rejects as `run` does, but it has no time limit of its
   * own beyond that of a silent socket: the caller has one.
   */
  ask(command: PlainCommand): Promise<Reply>;
  /** The same plain command on every master that holds slots, in no order. Rejects as `run` does, also when one is away. */
  everywhere(name: string, args: readonly string[]): Promise<readonly Reply[]>;
  /** The same masters, each to be asked alone. Rejects as `run` does; so does asking. */
  masters(): Promise<readonly Ask[]>;
  /** When the master that holds `key` last answered one of us, on the clock of `performance.now`; 0: never. */
  heardAt(key: string): number;
  /** How many connections have ended: what was remembered of the server before the last one may hold no more. */
  losses(): number;
  close(): Promise<void>;
}

export function openLink(settings: LinkSettings): RedisLink {
  // One listener a command under way: as many as there are lanes, which is no leak.
  if (settings.stopping !== undefined) setMaxListeners(0, settings.stopping);
  const client = createClient(settings);
  const connected = watch(client, settings);
  const heard = new WeakMap<Node, number>();
  const heardOf = (master: Node | null): void => {
    if (master !== null) heard.set(master, performance.now());
  };
  let losses = 0;
  // A Cluster's own connection stays while any of its nodes does.
  for (const event of ['close', '-node']) client.on(event, () => (losses += 1));

  const masters = async (): Promise<readonly Ask[]> => {
    if (client.status !== 'ready') await connected();
    const nodes = mastersOf(client);
    if (nodes === null) throw new StoreUnavailable('a master of the Cluster is away');
    return nodes.map((node): Ask => {
      const call = async (name: string, args: readonly string[]): Promise<Reply> =>
        (await within(settings.timeoutMs, node.call(name, [...args]))) as Reply;
      return (name, args) => inOurWords(call(name, args));
    });
  };

  return {
    losses: () => losses,
    heardAt: (key) => {
      const master = masterOf(client, key);
      return master === null ? 0 : (heard.get(master) ?? 0);
    },
    async run(commands) {
      if (commands.length === 0) return [];
      const run = async (): Promise<readonly Reply[]> => {
        if (client.status !== 'ready') await connected();
        return runAll(client, commands, settings.timeoutMs, heardOf);
      };
      return inOurWords(unlessStopped(settings.stopping, STOP_MS, run()));
    },
    ask(command) {
      const run = async (): Promise<Reply> => {
        if (client.status !== 'ready') await connected();
        const master = masterOf(client, command.key);
        const reply = await client.call(command.name, command.key, ...command.args);
        heardOf(master);
        return reply as Reply;
      };
      return inOurWords(run());
    },
    everywhere(name, args) {
      const run = async (): Promise<readonly Reply[]> =>
        Promise.all((await masters()).map((ask) => ask(name, args)));
      return inOurWords(unlessStopped(settings.stopping, STOP_MS, run()));
    },
    masters: () => inOurWords(masters()),
    close() {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

/** Settles as `work` does, but rejects with what the caller is told. */
async function inOurWords<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw await rejection(error);
  }
}

/** Resolves when the client is connected; rejects when it is not, as `whenAway` says. */
function watch(
  client: Client,
  { connection, whenAway, timeoutMs }: LinkSettings,
): () => Promise<void> {
  let trouble = connectingText(connection);
  let ofNode: Error | null = null;
  // What one node of a Cluster came to: the Cluster's own error says less.
  client.on('node error', (error: Error) => {
    ofNode = error;
  });
  const probe = singleFlight(() => probeTls(connection, timeoutMs));
  client.on('error', (error: Error) => {
    trouble = troubleOf(ofNode ?? error, connection);
    void probe().then((found) => {
      if (found !== null && client.status !== 'ready') trouble = troubleOf(found, connection);
    });
  });
  client.on('ready', () => {
    [trouble, ofNode] = ['', null];
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
    if (client.status !== 'ready') {
      if (REFUSED.test(trouble)) throw new StoreRefused(trouble);
      const why = unreached(trouble) ?? PLAIN.get(trouble) ?? trouble;
      throw new StoreUnavailable(`Redis is not connected: ${why || client.status}`);
    }
  };
}

/** What ioredis says in words of its own. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['connect ETIMEDOUT', 'the connection is not taken in time'],
  ['Failed to refresh slots cache.', 'no node of the Cluster tells its slots'],
]);

/** A reply that blames the command itself: sending it again would not help. */
const WRONG_COMMAND = /^(ERR|WRONGTYPE|CROSSSLOT) /;

/** A reply that blames the user, for a command of its own or one that a script of ours runs. */
const REFUSED =
  /^(?:NOPERM|NOAUTH|WRONGPASS) |^ERR The user executing the script can't run this command/;
/** What the last of them says of the script: its hash and line, at the end. */
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
  return new StoreUnavailable(`Redis: ${unreached(error.message) ?? error.message}`, {
    cause: error,
  });
}
