import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { inOneWrite } from '../src/one-write.ts';

/** A connection, and the pieces that left it. */
function counted() {
  const pieces: string[][] = [];
  const connection = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      pieces.push([chunk]);
      done();
    },
    writev: (chunks, done) => {
      pieces.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  const send = (text: string): void => {
    inOneWrite(connection);
    connection.write(text);
  };
  return { connection, pieces, send };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what is written in one turn of the event loop', () => {
  it('leaves in one piece and in order, also what later promises write', async () => {
    const { pieces, send } = counted();
    send('a');
    await Promise.resolve();
    send('b');
    process.nextTick(send, 'c');
    expect(pieces).toEqual([]);
    await nextTurn();
    expect(pieces).toEqual([['a', 'b', 'c']]);
  });

  it('leaves in the turn it was written in', async () => {
    const { pieces, send } = counted();
    for (const text of ['a', 'b']) {
      send(text);
      await nextTurn();
    }
    expect(pieces).toEqual([['a'], ['b']]);
  });

  it('leaves earlier where it is much', async () => {
    const { pieces, send } = counted();
    const sent = Array.from({ length: 100 }, (_, index) => String(index).padEnd(100));
    for (const text of sent) send(text);
    expect(pieces).toEqual([sent.slice(0, 41), sent.slice(41, 82)]);
    await nextTurn();
    expect(pieces.flat()).toEqual(sent);
  });

  it('leaves at once where the connection is uncorked, and is held again after that', async () => {
    const { connection, pieces, send } = counted();
    send('a');
    connection.uncork();
    send('b');
    send('c');
    expect(pieces).toEqual([['a']]);
    await nextTurn();
    expect(pieces).toEqual([['a'], ['b', 'c']]);
  });

  it('is held by no connection after another', async () => {
    const [first, second] = [counted(), counted()];
    first.send('a');
    second.send('b');
    await nextTurn();
    expect([first.pieces, second.pieces]).toEqual([[['a']], [['b']]]);
  });

  it.each(['destroy', 'end'] as const)(
    'is no trouble to a connection that ends: %s',
    async (how) => {
      const { connection, send } = counted();
      send('a');
      connection[how]();
      await nextTurn();
      expect(connection.destroyed).toBe(true);
    },
  );
});
