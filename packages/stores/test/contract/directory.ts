import { expect, it } from '@jest/globals';
import { until } from '@portal/testkit';
import { type StoreDirectory, type Writer } from '../../src/index.ts';
import { type Subject } from './subject.ts';

export const writer = (over: Partial<Writer> = {}): Writer => ({
  id: 'one',
  generation: 'g1',
  topicPrefix: 'billing',
  clusterId: 'kafka-a',
  group: 'billing.store.g1',
  host: 'host',
  pid: 7,
  startedAt: 1_795_000_000_000,
  ...over,
});

const idsIn = async (directory: StoreDirectory): Promise<readonly string[]> =>
  (await directory.snapshot()).writers.map(({ id }) => id).sort();

export function directoryLaws(now: Subject): void {
  it('has one identity, whoever asks first, until it is given another one', async () => {
    const directory = now.bench.directory();
    expect((await directory.snapshot()).identity).toBeNull();
    const asked = Array.from({ length: 20 }, () => now.bench.directory().identity());
    const [identity, ...others] = await Promise.all(asked);
    expect(identity).toMatch(/^[\w-]{16,36}$/);
    expect(new Set(others)).toEqual(new Set([identity]));
    expect((await directory.snapshot()).identity).toBe(identity);
    const adopted = await directory.adopt();
    expect(adopted).not.toBe(identity);
    expect(await now.bench.directory().identity()).toBe(adopted);
  });

  it('knows its writers by all that they said, until they leave', async () => {
    const directory = now.bench.directory();
    await directory.register(writer());
    const registered = await directory.register(writer({ id: 'two', generation: 'g2', pid: 8 }));
    expect(registered.kind).toBe('registered');
    const { writers } = await now.bench.directory().snapshot();
    expect([...writers].sort((a, b) => a.pid - b.pid)).toEqual([
      { ...writer(), ageMs: expect.any(Number) },
      { ...writer({ id: 'two', generation: 'g2', pid: 8 }), ageMs: expect.any(Number) },
    ]);
    await directory.leave(writer());
    expect(await idsIn(directory)).toEqual(['two']);
  });

  it('believes in a writer only while it is heard of', async () => {
    const directory = now.bench.directory({ believedMs: 300 });
    await directory.register(writer({ id: 'silent' }));
    await until('the silent one is not believed any more', async () => {
      await directory.register(writer({ id: 'heard' }));
      const ids = await idsIn(directory);
      expect(ids).toContain('heard');
      return !ids.includes('silent');
    });
  });

  it('knows what each generation was folded from, and when it was first and last fed', async () => {
    const directory = now.bench.directory();
    await directory.register(writer());
    const [first] = (await directory.snapshot()).generations;
    expect(first).toMatchObject({ generation: 'g1', topicPrefix: 'billing', clusterId: 'kafka-a' });
    expect(first!.lastFedAt).toBe(first!.firstFedAt);
    await until('a later beat', async () => {
      await directory.register(writer());
      const [again] = (await directory.snapshot()).generations;
      expect(again!.firstFedAt).toBe(first!.firstFedAt);
      return again!.lastFedAt > first!.lastFedAt;
    });
  });

  it.each([
    ['topics', { topicPrefix: 'other' }],
    ['a Kafka', { clusterId: 'kafka-b' }],
    ['topics, in a generation of its own', { topicPrefix: 'other', generation: 'g2' }],
  ])('turns down a writer of other %s, names whose store it is and notes nothing', async (_, o) => {
    const directory = now.bench.directory();
    await directory.register(writer());
    const before = await directory.snapshot();
    const refused = await directory.register(writer({ id: 'stranger', ...o }));
    expect(refused).toMatchObject({ kind: 'other_log', of: before.generations[0] });
    expect(refused.snapshot.writers.map(({ id }) => id)).toEqual(['one']);
    const after = await directory.snapshot();
    expect(after.generations).toEqual(before.generations);
    expect(await idsIn(directory)).toEqual(['one']);
  });

  it('lets one log win when writers of many come at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        now.bench
          .directory()
          .register(writer({ id: `${n}`, generation: `g${n}`, clusterId: `kafka-${n}` })),
      ),
    );
    expect(results.filter(({ kind }) => kind === 'registered')).toHaveLength(1);
    expect((await now.bench.directory().snapshot()).generations).toHaveLength(1);
  });

  it('lists what all generations wait for a person to look at, until they do not', async () => {
    const directory = now.bench.directory();
    expect(await directory.historyNotes()).toEqual([]);
    await now.store.noteHistory(
      new Map([
        ['usage/1', '{"found":"other"}'],
        ['usage/0', '{}'],
      ]),
    );
    await now.bench.store('g2').noteHistory(new Map([['usage/0', '{"x":1}']]));
    await now.store.noteHistory(new Map([['usage/0', null]]));
    expect(await directory.historyNotes()).toEqual([
      { generation: 'g1', partition: 'usage/1', note: '{"found":"other"}' },
      { generation: 'g2', partition: 'usage/0', note: '{"x":1}' },
    ]);
  });

  it('forgets with a generation what it waited for, and nothing of another one', async () => {
    const note = new Map([['usage/1' as const, 'made again']]);
    await now.bench.store('g1').noteHistory(note);
    await now.bench.store('g10').noteHistory(note);
    await now.bench.directory().forget('g1');
    expect(await now.bench.directory().historyNotes()).toEqual([
      { generation: 'g10', partition: 'usage/1', note: 'made again' },
    ]);
  });

  it('takes the log of another one once its generations are forgotten', async () => {
    const directory = now.bench.directory();
    await directory.register(writer());
    await directory.forget('g1');
    const moved = await directory.register(writer({ clusterId: 'kafka-b' }));
    expect(moved.kind).toBe('registered');
  });
}
