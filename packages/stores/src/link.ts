import {
  type Client,
  createClient,
  createNewsClient,
  masterOf,
  mastersOf,
  type Node,
} from './client.ts';
import { type PlainCommand, type RedisCommand, type Reply } from './command.ts';
import { watchConnection, type WatchSettings } from './connected.ts';
import { StoreUnavailable, unlessStopped, within } from './errors.ts';
import { inOneWrite } from './one-write.ts';
import { replyOf, sendAgainAlone, sendPipelines, type Task } from './pipeline.ts';
import { createTracking, type Tracking } from './tracking.ts';
import { inOurWords } from './trouble.ts';

export interface LinkSettings extends WatchSettings {
  /** Aborted when the process stops: nothing is waited for any longer than a moment. */
  readonly stopping?: AbortSignal | undefined;
  /** Whether what is read is to be watched: see tracking.ts. Not on a Cluster. */
  readonly isTracked?: boolean;
  /** Hears why the server does not track. */
  readonly onUnwatched?: ((reason: string) => void) | undefined;
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
  /**
   * When the master that holds `key` last sent us something, a part of a reply too, on the clock of `performance.now`;
   * 0: it never answered.
   */
  heardAt(key: string): number;
  /** How many connections have ended: what was remembered of the server before the last one may hold no more. */
  losses(): number;
  /** null where nothing is watched. */
  readonly tracking: Tracking | null;
  close(): Promise<void>;
}

export function openLink(settings: LinkSettings): RedisLink {
  const client = createClient(settings);
  const connected = watchConnection(client, settings);
  const tracking = settings.isTracked === true ? trackingOf(client, settings) : null;
  const heard = new WeakMap<Node, { readonly at: number; readonly bytes: number }>();
  const heardOf = (master: Node | null): void => {
    if (master !== null) heard.set(master, { at: performance.now(), bytes: bytesFrom(master) });
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
    tracking,
    losses: () => losses,
    heardAt: (key) => {
      const master = masterOf(client, key);
      if (master === null) return 0;
      const known = heard.get(master);
      // A part of a long reply is a sign of life, too.
      if (known !== undefined && known.bytes !== bytesFrom(master)) heardOf(master);
      return heard.get(master)?.at ?? 0;
    },
    async run(commands) {
      if (commands.length === 0) return [];
      const run = async (): Promise<readonly Reply[]> => {
        if (client.status !== 'ready') await connected();
        await sendPipelines(client, tasks, settings.timeoutMs, heardOf);
        await sendAgainAlone(client, tasks, settings.timeoutMs);
        return tasks.map(replyOf);
      };
      const tasks = commands.map((command): Task => ({ command, outcome: null }));
      return inOurWords(unlessStopped(settings.stopping, STOP_MS, run()));
    },
    ask(command) {
      const run = async (): Promise<Reply> => {
        if (client.status !== 'ready') await connected();
        const master = masterOf(client, command.key);
        const connection = master === null ? null : streamOf(master);
        if (connection !== null) inOneWrite(connection);
        const reply = await client.call(command.name, command.key, ...command.args);
        // What others asked meanwhile does not wait for what is made of this reply and those behind it.
        connection?.uncork();
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
      tracking?.close();
      client.disconnect();
      return Promise.resolve();
    },
  };
}

function trackingOf(client: Client, settings: LinkSettings): Tracking | null {
  const news = createNewsClient({ ...settings, name: `${settings.name}-news` });
  const [data] = mastersOf(client) ?? [];
  if (news === null || data === undefined) return null;
  return createTracking(data, news, settings.onUnwatched);
}

const bytesFrom = (node: Node): number => streamOf(node)?.bytesRead ?? 0;

/** null while it is not connected. */
const streamOf = (node: Node): Node['stream'] | null => (node as Partial<Node>).stream ?? null;
