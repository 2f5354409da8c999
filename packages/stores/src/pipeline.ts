import { createHash } from 'node:crypto';
import { type Client, masterOf, type Node } from './client.ts';
import { type Argument, type RedisCommand, type Reply } from './command.ts';
import { StoreUnavailable, within } from './errors.ts';
import { type Script } from './lua/script.ts';

/** A command on its way; `outcome` stays null while it was not sent for want of a master. */
export interface Task {
  readonly command: RedisCommand;
  outcome: { readonly reply: Reply } | { readonly error: Error } | null;
}

/** One pipeline holds no more characters than this, so that it can pass within the timeout. */
const PIPELINE_CHARACTERS = 16 * 1024 * 1024;

export async function sendPipelines(
  client: Client,
  tasks: readonly Task[],
  timeoutMs: number,
  heardOf: (master: Node) => void,
): Promise<void> {
  const byMaster = new Map<Node, Task[]>();
  for (const task of tasks) {
    const master = masterOf(client, keyOf(task.command));
    if (master === null) continue;
    const group = byMaster.get(master);
    if (group === undefined) byMaster.set(master, [task]);
    else group.push(task);
  }
  await Promise.all(
    [...byMaster].map(async ([master, group]) => {
      for (const slice of slices(group)) {
        const pipeline = master.pipeline();
        for (const { command } of slice) {
          const words = wire(command, 'evalsha');
          if (command.kind === 'bytes') pipeline.callBuffer(...words);
          else pipeline.call(...words);
        }
        const results = (await within(timeoutMs, pipeline.exec())) ?? [];
        heardOf(master);
        for (const [index, task] of slice.entries()) {
          const [error, reply] = results[index] ?? [new Error('no reply'), null];
          task.outcome = error === null ? { reply: reply as Reply } : { error };
        }
      }
    }),
  );
}

/**
 * Second and last attempt, one by one: for scripts this server does not know yet, and for keys that
 * moved to another master, where ioredis follows a redirect only for a command that travels alone.
 */
export async function sendAgainAlone(
  client: Client,
  tasks: readonly Task[],
  timeoutMs: number,
): Promise<void> {
  const unanswered = tasks.filter(
    ({ outcome }) =>
      outcome === null || ('error' in outcome && ASKS_AGAIN.test(outcome.error.message)),
  );
  const sent = unanswered.map(async (task) => {
    const words = wire(task.command, 'eval');
    const isBytes = task.command.kind === 'bytes';
    const reply = await (isBytes ? client.callBuffer(...words) : client.call(...words));
    task.outcome = { reply: reply as Reply };
  });
  await within(timeoutMs, Promise.all(sent));
}

const ASKS_AGAIN = /^(NOSCRIPT|MOVED|ASK|TRYAGAIN|CLUSTERDOWN) /;

export function replyOf({ outcome }: Task): Reply {
  if (outcome === null) throw new StoreUnavailable('Redis: not sent');
  if ('error' in outcome) throw outcome.error;
  return outcome.reply;
}

function* slices(tasks: readonly Task[]): Generator<readonly Task[]> {
  let slice: Task[] = [];
  let characters = 0;
  for (const task of tasks) {
    const size = task.command.args.reduce((sum, argument) => sum + argument.length, 0);
    if (slice.length > 0 && characters + size > PIPELINE_CHARACTERS) {
      yield slice;
      slice = [];
      characters = 0;
    }
    slice.push(task);
    characters += size;
  }
  yield slice;
}

const keyOf = (command: RedisCommand): string =>
  command.kind === 'script' ? (command.keys[0] ?? '') : command.key;

function wire(command: RedisCommand, by: 'eval' | 'evalsha'): [string, Argument[]] {
  if (command.kind !== 'script') return [command.name, [command.key, ...command.args]];
  const { script, keys, args } = command;
  const body = by === 'eval' ? script.lua : shaOf(script);
  return [
    script.isReadOnly === true ? `${by}_ro` : by,
    [body, String(keys.length), ...keys, ...args],
  ];
}

const shas = new Map<Script, string>();

function shaOf(script: Script): string {
  let sha = shas.get(script);
  if (sha === undefined) {
    sha = createHash('sha1').update(script.lua).digest('hex');
    shas.set(script, sha);
  }
  return sha;
}
