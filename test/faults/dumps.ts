import { Cluster, Redis } from 'ioredis';
import { type Corner } from '../e2e/corner.ts';

/** The keys of one corner as Redis itself writes them down. */
export interface KeyDumps {
  /** Every key under the corner's prefix, with its bytes as text. */
  all(): Promise<Map<string, string>>;
  /** How many keys have that in their name. */
  count(part: string): Promise<number>;
  close(): Promise<void>;
}

export function openDumps({ redis, prefix }: Corner): KeyDumps {
  const client = redis.kind === 'single' ? new Redis(redis.url) : new Cluster([...redis.nodes]);
  const names = async (pattern: string): Promise<readonly string[]> => {
    if (client instanceof Cluster && client.status !== 'ready') await client.ping();
    const masters = client instanceof Cluster ? client.nodes('master') : [client];
    const found = await Promise.all(masters.map((master) => scanned(master, pattern)));
    return found.flat();
  };
  return {
    all: async () => {
      const keys = await names(`${prefix}:*`);
      const dumped = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
      return new Map(keys.map((key, index) => [key, dumped[index]?.toString('hex') ?? '']));
    },
    count: async (part) => (await names(`${prefix}:*${part}*`)).length,
    close: () => {
      client.disconnect();
      return Promise.resolve();
    },
  };
}

async function scanned(master: Redis, pattern: string): Promise<readonly string[]> {
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await master.scan(cursor, 'MATCH', pattern, 'COUNT', 5_000);
    for (const key of found) keys.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...keys];
}
