import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Micros, parseIso } from '@portal/billing';
import { sampleEvents } from '@portal/cli';
import { createRedisDirectory, createRedisPointer, createRedisStore } from '@portal/stores';
import { decide } from '@portal/streams';
import { type Corner, openCorner } from './corner.ts';
import { COMMAND, shell } from './shell.ts';

const FILE = 'examples/01-publish-and-read/events.ndjson';
const OLD = 'v1-2020a-0123abcd';
const DECIDER = '--by tests --reason tests';

/** Every command that asks servers, as it is called, and the servers it cannot do without. */
const COMMANDS = {
  setup: { words: 'setup', asks: ['Kafka', 'registry'] },
  publish: { words: `publish ${FILE}`, asks: ['Kafka', 'registry'] },
  export: { words: 'export', asks: ['Kafka', 'registry'] },
  // What it can tell without Kafka it tells: see generations.e2e.
  'generations list': { words: 'generations list', asks: ['Redis', 'Cluster'] },
  'generations prune': { words: `generations prune ${OLD}`, asks: ['Redis', 'Cluster', 'Kafka'] },
  'generations adopt': { words: 'generations adopt', asks: ['Redis', 'Cluster'] },
  'history list': { words: 'history list', asks: ['Redis', 'Cluster'] },
  'history accept': {
    words: `history accept --all --dry-run ${DECIDER}`,
    asks: ['Redis', 'Cluster', 'Kafka', 'registry'],
  },
  'parked accept': {
    words: `parked accept usage/0 --code contract_invalid ${DECIDER}`,
    asks: ['Kafka', 'registry'],
  },
  // Kafka is asked only when there is a storm, and the rest is told without it.
  'parked list': { words: 'parked list', asks: ['Redis', 'Cluster'] },
  'parked show': {
    words: 'parked show usage/0@0',
    asks: ['Redis', 'Cluster', 'Kafka', 'registry'],
  },
} as const;

type ServerName = (typeof COMMANDS)[keyof typeof COMMANDS]['asks'][number];

/** What leads the command to a server at that port instead of the one of the corner. */
const INSTEAD: Readonly<Record<ServerName, (port: number) => Readonly<Record<string, string>>>> = {
  Kafka: (port) => ({ KAFKA_BROKERS: `127.0.0.1:${port}` }),
  registry: (port) => ({ SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}` }),
  Redis: (port) => ({ REDIS_URL: `redis://127.0.0.1:${port}` }),
  Cluster: (port) => ({ REDIS_URL: '', REDIS_CLUSTER_NODES: `127.0.0.1:${port}` }),
};

/** How the error names it. */
const NAMES: Readonly<Record<ServerName, RegExp>> = {
  Kafka: /^error: Kafka /,
  registry: /^error: .*(?:registry|was not registered)/,
  Redis: /^error: Redis /,
  Cluster: /^error: Redis /,
};

const WHY = /(?:did not answer|no answer) within 2 s|nobody listens there|answers in time/;

describe('a command whose server does not answer', () => {
  let corner: Corner;
  const sockets: Socket[] = [];
  const servers: Server[] = [];
  beforeAll(async () => {
    corner = await openCorner();
    await corner.publish(sampleEvents(parseIso('2026-11-23T10:00:00Z') as Micros));
    await leaveWork(corner);
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });
  const silentPort = async (): Promise<number> => {
    const server = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    servers.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const closedPort = async (): Promise<number> => {
    const port = await silentPort();
    await new Promise((closed) => servers.pop()?.close(closed));
    return port;
  };
  const ways = Object.values(COMMANDS).flatMap(({ words, asks }) =>
    asks.flatMap((server) =>
      (['closed', 'silent'] as const).map((kind) => ({ words, server, kind })),
    ),
  );

  it.each(ways)(
    'names $server, ends with 1 and says how long it waited: $words, port $kind',
    async ({ words, server, kind }) => {
      const port = await (kind === 'closed' ? closedPort() : silentPort());
      const { code, stderr } = await shell(`"$0" ${COMMAND} ${words} --timeout 2`, {
        ...corner.environment,
        ...INSTEAD[server](port),
      });
      expect([code, stderr]).toEqual([1, expect.stringMatching(NAMES[server])]);
      expect(stderr).toMatch(WHY);
      expect(stderr).not.toMatch(/HTTP 400|status 400|\n +at /);
    },
  );

  it('is asked how long to wait in seconds', async () => {
    for (const { words } of Object.values(COMMANDS)) {
      const { code, stderr } = await shell(
        `"$0" ${COMMAND} ${words} --timeout soon`,
        corner.environment,
      );
      expect([words, code, stderr]).toEqual([
        words,
        2,
        'error: --timeout takes seconds above 0, at most 86400\n',
      ]);
    }
  });

  it('is one of these: the command has no other ones that ask a server', async () => {
    const asksNobody = ['help', 'start', 'token'];
    const named = async (path: string): Promise<readonly string[]> => {
      const { stdout } = await shell(`"$0" ${COMMAND} ${path} --help`, {});
      const [, list = ''] = stdout.split('\nCommands:\n');
      const names = [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? '');
      const own = names.filter((name) => !asksNobody.includes(name));
      if (own.length === 0) return [path];
      return (await Promise.all(own.map((name) => named(`${path} ${name}`.trim())))).flat();
    };
    expect([...(await named(''))].sort()).toEqual(Object.keys(COMMANDS).sort());
  });
});

/** A generation to be removed, one that is live, a partition that waits for a decision, and a decision whose schema is to be had. */
async function leaveWork({ redis: connection, prefix, kafka, registry }: Corner): Promise<void> {
  const cause = { family: 'usage', partition: 0, code: 'contract_invalid' } as const;
  const range = { field: null, schema_id: null, first_offset: 0, last_offset: null };
  const decision = {
    ...{ decision_id: randomUUID(), decided_at: 0 as Micros, decided_by: 'tests', reason: 'tests' },
    ...{ decision_type: 'parked.accepted' as const, parked_accepted: { ...cause, ...range } },
  };
  await decide([decision], { kafka, registry, prefix });
  const directory = createRedisDirectory({ connection, prefix });
  const writer = {
    ...{ id: 'gone', generation: OLD, topicPrefix: prefix, clusterId: 'tests', group: 'tests' },
    ...{ host: 'tests', pid: 1, startedAt: 0 },
  };
  await directory.identity();
  await directory.register(writer);
  await directory.leave(writer);
  await directory.close();
  // What is parked is asked of the live one; the old one is pruned.
  const pointer = createRedisPointer({ connection, prefix });
  await pointer.switch(null, 'v1-2020b-0123abcd');
  await pointer.close();
  const store = createRedisStore({ connection, prefix, generation: OLD });
  const found = { kind: 'undecided', history: 0 };
  const note = JSON.stringify({ found, detail: 'tests', since: 0, seen: 0 });
  await store.noteHistory(new Map([['usage/0', note]]));
  await store.close();
}
