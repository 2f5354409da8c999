import { LRUCache } from 'lru-cache';

/** Whether something under a key changed since it was read. */
export interface KeyWatch {
  changed: boolean;
}

export interface WatchedKeys {
  /** The key's own, which all share who read it since it changed last. */
  of(key: string): KeyWatch;
  changed(key: string): void;
  allChanged(): void;
}

/** Keys that are watched, some 200 bytes each. The server keeps a table of its own: a million keys by default. */
const KEYS_MAX = 200_000;

export function createWatchedKeys(): WatchedKeys {
  const watches = new LRUCache<string, KeyWatch>({
    max: KEYS_MAX,
    // Every way out of here: the key changed, all were cleared, or there are too many. What is not watched may change unseen.
    dispose: (watch) => {
      watch.changed = true;
    },
  });
  return {
    of: (key) => {
      const known = watches.get(key);
      if (known !== undefined) return known;
      const watch = { changed: false };
      watches.set(key, watch);
      return watch;
    },
    changed: (key) => {
      watches.delete(key);
    },
    allChanged: () => {
      watches.clear();
    },
  };
}
