import { type DocumentStore, StoreUnavailable } from '@portal/stores';

/** A store of which one call fails; `fired` tells whether that call has come. */
export interface FailingStore extends DocumentStore {
  readonly fired: () => boolean;
}

/**
 * Passes every call on to `store`, but the `n`-th one (from 1, all methods but `close` counted
 * together) rejects with StoreUnavailable: `before` it took effect, or `after` it, as when the reply
 * is lost. To try every crash point, count `n` up until a whole run leaves `fired` false.
 */
export function failNth(
  store: DocumentStore,
  n: number,
  when: 'before' | 'after' = 'before',
): FailingStore {
  let calls = 0;

  async function pass<T>(name: string, call: () => Promise<T>): Promise<T> {
    calls += 1;
    if (calls !== n) return call();
    if (when === 'after') await call();
    throw new StoreUnavailable(`call ${n}, ${name}, fails ${when} taking effect`);
  }

  return {
    generation: store.generation,
    fired: () => calls >= n,
    load: (requests) => pass('load', () => store.load(requests)),
    apply: (changes) => pass('apply', () => store.apply(changes)),
    erase: (refs) => pass('erase', () => store.erase(refs)),
    checkpoints: () => pass('checkpoints', () => store.checkpoints()),
    servers: () => pass('servers', () => store.servers()),
    advance: (checkpoints) => pass('advance', () => store.advance(checkpoints)),
    refresh: (told) => pass('refresh', () => store.refresh(told)),
    park: (entries) => pass('park', () => store.park(entries)),
    unpark: (at) => pass('unpark', () => store.unpark(at)),
    parked: (...given) => pass('parked', () => store.parked(...given)),
    noteHistory: (notes) => pass('noteHistory', () => store.noteHistory(notes)),
    parkedPage: (at, from, limit) => pass('parkedPage', () => store.parkedPage(at, from, limit)),
    parkedCount: (family) => pass('parkedCount', () => store.parkedCount(family)),
    addToStorm: (cause, offsets, seenAt) =>
      pass('addToStorm', () => store.addToStorm(cause, offsets, seenAt)),
    storms: () => pass('storms', () => store.storms()),
    removeStorm: (...given) => pass('removeStorm', () => store.removeStorm(...given)),
    markBeyond: (refs, isBeyond) => pass('markBeyond', () => store.markBeyond(refs, isBeyond)),
    beyondCount: () => pass('beyondCount', () => store.beyondCount()),
    beyond: (limit) => pass('beyond', () => store.beyond(limit)),
    close: () => store.close(),
  };
}
