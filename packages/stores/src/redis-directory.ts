import { randomBytes } from 'node:crypto';
import { type RedisCommand, type Reply } from './command.ts';
import { type RedisConnection } from './connect.ts';
import {
  type KnownGeneration,
  type LogName,
  type SeenWriter,
  type StoreDirectory,
  type StoreSnapshot,
  type Writer,
  WRITER_BELIEVED_MS,
} from './directory.ts';
import { checkName, DEFAULT_PREFIX, directoryKeys, historyKey, liveKey } from './keys.ts';
import { openLink, type RedisLink } from './link.ts';
import { BEAT } from './lua/beat.lua.ts';
import { FEED } from './lua/feed.lua.ts';
import { measureGenerations, pruneGeneration } from './redis-sweep.ts';
import { fieldsOf, historyNotesOf, listOf, textOf } from './replies.ts';

export interface RedisDirectoryOptions {
  readonly connection: RedisConnection;
  readonly prefix?: string;
  /** Longest wait for the connection and for each answer, milliseconds. */
  readonly timeoutMs?: number;
  /** `ask` is for a command that asks once and ends: it fails at once when nobody listens. */
  readonly whenAway?: 'wait' | 'ask';
  readonly believedMs?: number;
  /** Aborted when the process stops: nothing is waited for any longer than a moment. */
  readonly stopping?: AbortSignal;
}

/** Far more processes than there are partitions. Those above the limit are not listed, but may write all the same. */
const WRITERS_MAX = 1_000;

/** Rejects with StoreUnavailable when Redis does not answer in time. */
export function createRedisDirectory(options: RedisDirectoryOptions): StoreDirectory {
  const { connection, prefix = DEFAULT_PREFIX, timeoutMs = 5000 } = options;
  const { believedMs = WRITER_BELIEVED_MS, whenAway = 'wait' } = options;
  const keys = directoryKeys(prefix);
  const link = openLink({
    ...{ connection, name: 'portal-directory', timeoutMs, whenAway },
    stopping: options.stopping,
  });

  const beat = (id: string, json: string): RedisCommand => ({
    kind: 'script',
    script: BEAT,
    keys: [keys.writers],
    args: [String(believedMs), String(WRITERS_MAX), id, json],
  });
  const snapshotAs = async (id: string, json: string): Promise<StoreSnapshot> => {
    const [identity, live, writers, generations] = await link.run([
      plain('get', keys.identity),
      plain('get', liveKey(prefix)),
      beat(id, json),
      plain('hgetall', keys.generations),
    ]);
    return {
      identity: textOf(identity),
      live: textOf(live),
      writers: writersOf(writers),
      generations: generationsOf(generations),
    };
  };
  const snapshot = (): Promise<StoreSnapshot> => snapshotAs('', '');

  return {
    async identity() {
      const [, identity] = await link.run([
        plain('set', keys.identity, newIdentity(), 'NX'),
        plain('get', keys.identity),
      ]);
      return textOf(identity) ?? '';
    },
    async adopt() {
      const identity = newIdentity();
      await link.run([plain('set', keys.identity, identity)]);
      return identity;
    },
    snapshot,
    async register(writer) {
      const { id, generation, topicPrefix, clusterId } = writer;
      checkName('generation', generation);
      const log = `${topicPrefix} ${clusterId}`;
      const [reply] = await link.run([
        { kind: 'script', script: FEED, keys: [keys.generations], args: [generation, log] },
      ]);
      if (reply === '')
        return { kind: 'registered', snapshot: await snapshotAs(id, textFor(writer)) };
      const seen = await snapshot();
      const of = seen.generations.find((one) => one.generation === reply);
      // It was forgotten between the two commands: nothing stands in the way any more.
      return of === undefined ? this.register(writer) : { kind: 'other_log', of, snapshot: seen };
    },
    async historyNotes() {
      const [reply] = await link.run([plain('hgetall', historyKey(prefix))]);
      return historyNotesOf(reply);
    },
    async leave({ id }) {
      await link.run([plain('hdel', keys.writers, id)]);
    },
    measure: (withinMs) => measureGenerations(link, prefix, withinMs),
    prune: (generation, given = {}) => pruneGeneration(link, prefix, generation, given, snapshot),
    forget: (generation) => forget(link, prefix, generation),
    close: () => link.close(),
  };
}

const plain = (name: string, key: string, ...args: readonly string[]): RedisCommand => ({
  ...{ kind: 'plain', name, key, args },
});

async function forget(link: RedisLink, prefix: string, generation: string): Promise<void> {
  const history = historyKey(prefix);
  const [fields] = await link.run([plain('hkeys', history)]);
  const notes = listOf(fields).filter((field) => field?.startsWith(`${generation} `) === true);
  await link.run([
    plain('hdel', directoryKeys(prefix).generations, generation),
    ...notes.map((field) => plain('hdel', history, field ?? '')),
  ]);
}

/** Short enough for a group's name to be read, long enough that two stores never meet. */
const newIdentity = (): string => randomBytes(8).toString('hex');

const textFor = ({ id: _, ...writer }: Writer): string => JSON.stringify(writer);

/** The reply of `BEAT`: id, age, json … */
function writersOf(reply: Reply | undefined): readonly SeenWriter[] {
  const parts = listOf(reply);
  const writers: SeenWriter[] = [];
  for (let index = 0; index + 2 < parts.length; index += 3) {
    const [id, age, json] = parts.slice(index, index + 3);
    const writer = JSON.parse(json ?? '') as Omit<Writer, 'id'>;
    writers.push({ ...writer, id: id ?? '', ageMs: Number(age) });
  }
  return writers;
}

/** `first last topics cluster` by name. */
function generationsOf(reply: Reply | undefined): readonly KnownGeneration[] {
  return fieldsOf(reply).map(([generation, stored]) => {
    const [first, last, topicPrefix = '', clusterId = ''] = stored.split(' ');
    const log: LogName = { topicPrefix, clusterId };
    return { ...log, generation, firstFedAt: Number(first), lastFedAt: Number(last) };
  });
}
