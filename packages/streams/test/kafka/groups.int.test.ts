import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteGroups, type EventSource, kafkaClusterId, listGroups } from '../../src/index.ts';
import { createRecorder, until } from '../recorder.ts';
import { kafka, openSource, openStack, type Stack } from './stack.ts';

const WITHIN_MS = 20_000;

describe('consumer groups and their cluster', () => {
  let stack: Stack;
  const sources: EventSource[] = [];
  beforeEach(async () => {
    stack = await openStack();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    await stack.close();
  });

  it('are listed and deleted; one in use stays and is named, one that is gone is no problem', async () => {
    sources.push(await openSource(stack));
    const recorder = createRecorder();
    const following = await sources[0]!.follow(recorder);
    await until('the member to own all', () => recorder.owned.size === 30);
    const own = async () =>
      (await listGroups(kafka(), WITHIN_MS)).filter((name) => name.startsWith(stack.prefix));
    expect(await own()).toEqual([stack.groupId]);
    expect(await deleteGroups(kafka(), [stack.groupId], WITHIN_MS)).toEqual([
      { group: stack.groupId, problem: 'NON_EMPTY_GROUP' },
    ]);
    await following.stop();
    const gone = [
      { group: stack.groupId, problem: null },
      { group: `${stack.prefix}.never`, problem: null },
    ];
    const names = gone.map(({ group }) => group);
    expect(await deleteGroups(kafka(), names, WITHIN_MS)).toEqual(gone);
    expect(await own()).toEqual([]);
  });

  it('have a cluster that names itself, the same each time', async () => {
    const ask = () => kafkaClusterId(kafka(), new AbortController().signal, () => undefined);
    const id = await ask();
    expect(id).toMatch(/^\S+$/);
    expect(await ask()).toBe(id);
  });

  it('are not waited for longer than said, from a broker that stays silent', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const brokers = [`127.0.0.1:${(silent.address() as AddressInfo).port}`];
    await expect(listGroups({ brokers }, 200)).rejects.toMatchObject({ retriable: true });
    const stopping = new AbortController();
    const asking = kafkaClusterId({ brokers }, stopping.signal, () => undefined);
    await until('a connection', () => sockets.length > 0);
    stopping.abort();
    await expect(asking).rejects.toMatchObject({ retriable: true });
    silent.close();
    for (const socket of sockets) socket.destroy();
  });

  it('are followed once it is known which one; stopping does not wait for that', async () => {
    let name: (group: string) => void = () => undefined;
    const groupId = new Promise<string>((resolve) => (name = resolve));
    sources.push(await openSource(stack, { groupId }));
    const recorder = createRecorder();
    const following = await sources[0]!.follow(recorder);
    expect((await sources[0]!.partitions()).ranges).toHaveLength(30);
    expect(recorder.assignments).toEqual([]);
    name(stack.groupId);
    await until('the member to own all', () => recorder.owned.size === 30);
    await following.stop();

    const never = new Promise<string>(() => undefined);
    sources.push(await openSource(stack, { groupId: never }));
    await (await sources[1]!.follow(createRecorder())).stop();
    const wrong = Promise.reject(new Error('no right to know'));
    sources.push(await openSource(stack, { groupId: wrong }));
    const { ended } = await sources[2]!.follow(createRecorder());
    expect(await ended).toEqual({ reason: 'no right to know' });
  });
});
