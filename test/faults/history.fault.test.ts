import { execFile } from 'node:child_process';
import { type BillingEvent, FAMILIES, partitionName } from '@portal/projection';
import { aWallet, eventually } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { type ServiceProcess, startService } from '../e2e/process.ts';
import { openReader, type TestReader } from '../e2e/reader.ts';
import { bought, NOW, shown, used } from './calls.ts';
import { type Batches, expectFreshFold, foldedTo, logOf } from './stored.ts';
import { openTopics, type Topics } from './topics.ts';

/** Figures for docs/operations.md. */
const timed = async (what: string, work: Promise<unknown>): Promise<void> => {
  const began = performance.now();
  await work;
  process.stdout.write(`${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s\n`);
};

interface Readyz {
  readonly status: number;
  readonly reason?: string;
  readonly detail?: string;
}

const readyz = async ({ url }: ServiceProcess): Promise<Readyz> => {
  const response = await fetch(`${url}/readyz`);
  const body = (await response.json()) as { readonly reason?: string };
  return { ...body, status: response.status };
};
const becomesReady = (projector: ServiceProcess): Promise<unknown> =>
  eventually(
    () => readyz(projector),
    ({ status }) => status === 200,
  );
const isNamed = (projector: ServiceProcess): Promise<unknown> =>
  eventually(
    () => readyz(projector),
    ({ reason }) => reason === 'history_changed',
  );

const command = (corner: Corner, ...args: string[]): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const all = ['services/cli/dist/main.cjs', ...args, '--json'];
    const env = { PATH: process.env['PATH'], ...corner.environment };
    execFile(process.execPath, all, { env }, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as Record<string, unknown>);
      else reject(new Error(`${stdout}${stderr}`));
    });
  });

const partitionsIn = (listed: Record<string, unknown>): readonly string[] =>
  (listed['waiting'] as { readonly partition: string }[]).map(({ partition }) => partition);

interface Waiting {
  readonly name: string;
  readonly kind: string;
}

/** What `history list` tells. */
async function waitingIn(corner: Corner): Promise<readonly Waiting[]> {
  const { waiting } = await command(corner, 'history', 'list');
  return (waiting as { partition: string; found: { kind: string } }[]).map((one) => ({
    ...{ name: one.partition, kind: one.found.kind },
  }));
}

/** Events of another topic are folded to its end. */
async function othersFold(
  corner: Corner,
  publish: (events: readonly BillingEvent[]) => Promise<void>,
  name: string,
): Promise<void> {
  await publish([aWallet({}, { event_id: `wallet-${name}` })]);
  const { ranges } = await logOf(corner);
  const others = ranges.filter(({ family }) => family === 'wallets');
  await foldedTo(corner, others);
}

const rounds = (name: string, count: number): readonly BillingEvent[] =>
  Array.from({ length: count }, (_, n) => used(`${name} ${n}`)).flat();

describe('topics that are not what they were, under a projector', () => {
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(() => Promise.all(opened.splice(0).map((one) => one.close())));

  /** A corner with a reader and a projector that has folded twelve customers' subscriptions and three calls of each. */
  async function begin() {
    const corner = await openCorner();
    const topics: Topics = await openTopics(corner);
    const publish = (events: readonly BillingEvent[]): Promise<void> =>
      corner.publish(events.map((event) => eventLine(event)));
    const start = (): Promise<ServiceProcess> => startService('projector', corner.environment);
    await publish([...bought, ...rounds('old', 3)]);
    const projector = await start();
    await becomesReady(projector);
    const reader: TestReader = await openReader(corner, NOW);
    opened.push(topics, { close: () => reader.stop() });
    await shown(reader.url, 300);
    const { batches } = await logOf(corner);
    const decide = (): Promise<unknown> =>
      command(corner, 'history', 'accept', '--all', '--by', 'Ada', '--reason', 'a test');
    return { corner, topics, publish, start, projector, reader, before: batches, decide };
  }

  const ofUsage = (batches: Batches): Batches =>
    batches.map((batch) => batch.filter(({ entry }) => entry.at.family === 'usage'));

  it.each([
    ['runs', 'fewer', 1],
    ['runs', 'more', 6],
    ['is stopped', 'fewer', 1],
    ['is stopped', 'more', 6],
    ['is frozen', 'fewer', 1],
    ['is frozen', 'more', 6],
  ] as const)(
    'deleted and made again while it %s, with %s events than before: named, held over restarts, all counted once accepted',
    async (how, _, count) => {
      const { corner, topics, publish, start, reader, before, decide, ...begun } = await begin();
      let { projector } = begun;
      if (how === 'is stopped') expect(await projector.kill('SIGTERM')).toBe(0);
      if (how === 'is frozen') projector.signal('SIGSTOP');
      await topics.remake('usage');
      await publish(rounds('new', count));
      if (how === 'is frozen') projector.signal('SIGCONT');
      if (how === 'is stopped') projector = await start();
      await timed(`made again while it ${how}, named`, isNamed(projector));
      await eventually(
        () => projector.log.join('\n'),
        (log) => log.includes('history_changed'),
      );
      for (let restart = 0; restart < 2; restart += 1) {
        expect(await projector.kill('SIGTERM')).toBe(0);
        projector = await start();
        await isNamed(projector);
      }
      // Nothing of the new topic was taken for the old one's next events.
      await shown(reader.url, 300);
      // Each partition is named for itself; what is accepted is what waits then.
      const folded = new Set(
        ofUsage(before).flatMap((batch) => batch.map(({ entry }) => partitionName(entry.at))),
      );
      const usage = await eventually(
        async () => partitionsIn(await command(corner, 'history', 'list')),
        (waiting) => [...folded].every((name) => waiting.includes(name)),
      );
      expect(usage.every((name) => name.startsWith('usage/'))).toBe(true);

      await decide();
      await timed(
        `made again while it ${how}, right after it was accepted`,
        shown(reader.url, 300 + 100 * count),
      );
      await becomesReady(projector);
      await expectFreshFold(corner, ofUsage(before));
      await eventually(
        async () => partitionsIn(await command(corner, 'history', 'list')),
        (waiting) => waiting.length === 0,
      );
      // A later start takes it as it is.
      expect(await projector.kill('SIGTERM')).toBe(0);
      projector = await start();
      await becomesReady(projector);
      await publish(rounds('later', 1));
      await shown(reader.url, 400 + 100 * count);
      expect(await projector.kill('SIGTERM')).toBe(0);
    },
  );

  it.each([
    ['under a running projector', false],
    ['and the projector started anew', true],
  ] as const)(
    'deleted, %s: the others are folded, it is named, and all counts once it is made again and accepted',
    async (_, isRestarted) => {
      const { corner, topics, publish, start, reader, before, decide, ...begun } = await begin();
      let { projector } = begun;
      // Of invoices nothing was folded: only usage is to be accepted.
      await topics.remove('usage');
      await topics.remove('invoices');
      if (isRestarted) {
        expect(await projector.kill('SIGTERM')).toBe(0);
        projector = await start();
      }
      await timed('a topic deleted, named', isNamed(projector));
      await timed(
        'a topic deleted, events of another one folded',
        othersFold(corner, publish, 'a'),
      );
      await eventually(
        () => waitingIn(corner),
        (waiting) => waiting.length > 0 && waiting.every(({ name }) => name.startsWith('usage/')),
      );
      await expect(decide()).rejects.toThrow(/the topic \S+\.usage is not there: setup makes it/);
      await othersFold(corner, publish, 'b');
      await shown(reader.url, 300);

      await topics.make();
      await publish(rounds('new', 2));
      // At once: the command waits until the projector has checked each.
      await timed('a topic made again, looked at and accepted', decide());
      await timed('a topic made again, right after it was accepted', shown(reader.url, 500));
      await becomesReady(projector);
      await expectFreshFold(corner, ofUsage(before));
      expect(await projector.kill('SIGTERM')).toBe(0);
    },
  );

  it('not made yet when the projector starts: it says so, and is ready within seconds of setup', async () => {
    const corner = await openCorner();
    const topics = await openTopics(corner);
    opened.push(topics);
    for (const family of FAMILIES) await topics.remove(family);
    const projector = await startService('projector', corner.environment);
    await eventually(
      () => readyz(projector),
      ({ reason }) => reason === 'source_unavailable',
    );
    await eventually(
      () => projector.log.join(''),
      (log) => log.includes('setup makes them'),
    );
    await topics.make();
    await corner.publish([...bought, ...rounds('first', 1)].map((event) => eventLine(event)));
    await timed('no topic at the start, ready after setup', becomesReady(projector));
    await expectFreshFold(corner);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });

  it('trimmed to their ends with the group lost: nothing was lost, it goes on at once', async () => {
    const { corner, topics, publish, start, reader, before, ...begun } = await begin();
    expect(await begun.projector.kill('SIGTERM')).toBe(0);
    await topics.trim('usage');
    await topics.trim('subscriptions');
    await topics.forgetGroups();
    const projector = await start();
    await publish(rounds('new', 2));
    await timed('trimmed with the group lost, new events shown', shown(reader.url, 500));
    await becomesReady(projector);
    await expectFreshFold(corner, before);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });

  it('trimmed beyond what was folded: named, waits, goes on at the begin once accepted', async () => {
    const { corner, topics, publish, start, reader, before, decide, ...begun } = await begin();
    expect(await begun.projector.kill('SIGTERM')).toBe(0);
    await publish(rounds('lost', 1));
    await topics.trim('usage');
    await publish(rounds('new', 2));
    const projector = await start();
    await timed('trimmed beyond what was folded, named', isNamed(projector));
    await shown(reader.url, 300);
    await decide();
    await timed('trimmed, right after it was accepted', shown(reader.url, 500));
    await becomesReady(projector);
    await expectFreshFold(corner, ofUsage(before));
    expect(await projector.kill('SIGTERM')).toBe(0);
  });

  it('grown from 6 to 12 partitions under load: the new ones are read within seconds, customers that moved stay right', async () => {
    const { corner, topics, publish, reader, projector } = await begin();
    const load = { rounds: 0, stop: false };
    const publishing = (async () => {
      for (; !load.stop; load.rounds += 1) await publish(used(`load ${load.rounds}`));
    })();
    const growing = async (): Promise<void> => {
      await topics.grow(12);
      await publish(rounds('moved', 1));
      const { ranges } = await logOf(corner);
      const added = ranges.filter(({ partition, begin, end }) => partition >= 6 && end > begin);
      expect(added.length).toBeGreaterThan(0);
      await foldedTo(corner, added);
    };
    await timed('6 → 12 partitions, from adding them to what they hold being folded', growing());
    load.stop = true;
    await publishing;
    await shown(reader.url, 400 + 100 * load.rounds);
    await becomesReady(projector);
    await expectFreshFold(corner);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
