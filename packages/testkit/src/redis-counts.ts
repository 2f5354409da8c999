import { Redis } from 'ioredis';

/** What a server did for its clients meanwhile. */
export interface RedisCounts {
  /** Calls by command, those inside scripts among them. */
  readonly commands: Readonly<Record<string, number>>;
  /** Bytes that clients sent, and that they were sent. */
  readonly received: number;
  readonly sent: number;
}

export interface RedisCounter {
  /** Counts what the server did while `work` ran, without what the counting itself asks for. */
  during(work: () => Promise<unknown>): Promise<RedisCounts>;
  close(): void;
}

/** The server tells all of it in one answer, of one moment. It must be a test's own: others' calls count as well. */
export function countRedis(url: string): RedisCounter {
  // The check whether the server is ready would be a question of its own; protocol 2 adds no bytes to an answer.
  const client = new Redis(url, { enableReadyCheck: false, protocol: 2 });
  const ask = async (): Promise<Told> => {
    const info = await client.info('everything');
    return { commands: callsIn(info), ...bytesIn(info), size: Buffer.byteLength(info) };
  };
  return {
    during: async (work) => {
      const before = await ask();
      await work();
      const after = await ask();
      return differenceOf(before, after);
    },
    close: () => {
      client.disconnect();
    },
  };
}

interface Told extends RedisCounts {
  /** Bytes of the answer. */
  readonly size: number;
}

/** `*2\r\n$4\r\ninfo\r\n$10\r\neverything\r\n` */
const QUESTION_BYTES = 31;

/** A question is counted after its answer is made: in the second answer stand one question, and what the first was sent. */
function differenceOf(before: Told, after: Told): RedisCounts {
  const commands = new Map<string, number>();
  for (const [name, calls] of Object.entries(after.commands)) {
    const own = name === 'info' ? 1 : 0;
    const more = calls - (before.commands[name] ?? 0) - own;
    if (more > 0) commands.set(name, more);
  }
  const answerBytes = `$${before.size}\r\n`.length + before.size + '\r\n'.length;
  return {
    commands: Object.fromEntries([...commands].sort(([a], [b]) => (a < b ? -1 : 1))),
    received: after.received - before.received - QUESTION_BYTES,
    sent: after.sent - before.sent - answerBytes,
  };
}

const callsIn = (info: string): Record<string, number> =>
  Object.fromEntries(
    [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [
      name,
      Number(calls),
    ]),
  );

const bytesIn = (info: string) => ({
  received: numberIn(info, 'total_net_input_bytes'),
  sent: numberIn(info, 'total_net_output_bytes'),
});

function numberIn(info: string, name: string): number {
  const text = new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1];
  if (text === undefined) throw new Error(`Redis does not tell ${name}`);
  return Number(text);
}
