import { expect, it } from '@jest/globals';
import { A, B, change, entry, loadOne, readNow, type Subject } from './subject.ts';

export function erasureLaws(now: Subject): void {
  it('removes record and document, and lets nothing apply any more', async () => {
    await now.store.apply([change(A, { set: new Map([['a', '1']]) }), change(B)]);
    await now.store.erase([A]);
    const gone = { ref: A, vector: '', parts: new Map(), fields: new Map(), erased: true };
    expect(await loadOne(now.store, A, ['a'])).toEqual(gone);
    expect(await readNow(now.bench, A)).toEqual({ kind: 'missing', generation: 'g1' });
    expect(await now.store.apply([change(A), change(A, { expected: 'v1' })])).toEqual([
      'erased',
      'erased',
    ]);
    expect(await loadOne(now.store, A, ['a'])).toEqual(gone);
    expect(await readNow(now.bench, B)).toMatchObject({ kind: 'found' });
  });

  it('holds for customers never seen, for other generations, and when repeated', async () => {
    await now.store.erase([A, A]);
    await now.store.erase([A]);
    expect(await now.store.apply([change(A)])).toEqual(['erased']);
    const next = now.bench.store('g2');
    expect(await next.apply([change(A)])).toEqual(['erased']);
    expect(await loadOne(next, A)).toMatchObject({ erased: true });
  });

  it('takes the parked entries of the customer along, and only those', async () => {
    await now.store.park([
      entry(1, { ref: A }),
      entry(2, { ref: B }),
      entry(3, { ref: A, family: 'wallets' }),
      entry(4, { ref: null }),
    ]);
    await now.store.erase([A]);
    expect((await now.store.parked(10)).map(({ offset }) => offset)).toEqual([2, 4]);
    expect(await now.store.parkedCount()).toBe(2);
  });

  it('follows an entry whose customer became known later', async () => {
    await now.store.park([entry(1, { ref: null })]);
    await now.store.park([entry(1, { ref: B })]);
    await now.store.park([entry(1, { ref: A })]);
    await now.store.erase([B]);
    expect(await now.store.parkedCount()).toBe(1);
    await now.store.erase([A]);
    expect(await now.store.parkedCount()).toBe(0);
  });
}
