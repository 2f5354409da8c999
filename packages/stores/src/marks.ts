import { LRUCache } from 'lru-cache';

/** Whether something under a key changed since it was read. */
export interface Mark {
  changed: boolean;
}

export interface Marks {
  /** The key's own, which all share who read it since it changed last. */
  of(key: string): Mark;
  changed(key: string): void;
  allChanged(): void;
}

/** Keys that are watched, some 200 bytes each. The server keeps a table of its own: a million keys by default. */
const KEYS_MAX = 200_000;

export function createMarks(): Marks {
  const marks = new LRUCache<string, Mark>({
    max: KEYS_MAX,
    // What is not watched any more may change unseen.
    dispose: (mark) => {
      mark.changed = true;
    },
  });
  return {
    of: (key) => {
      const known = marks.get(key);
      if (known !== undefined) return known;
      const mark = { changed: false };
      marks.set(key, mark);
      return mark;
    },
    changed: (key) => {
      marks.delete(key);
    },
    allChanged: () => {
      marks.clear();
    },
  };
}
