/** Something that is counted and said from time to time: at once, then whenever it became ten times as much. */
export interface Counted {
  add(): void;
  /** Says how many there are, if that is worth a line by now. */
  say(): void;
}

export function createCounted(tell: (count: number) => void): Counted {
  let count = 0;
  let told = 0;
  return {
    add: () => {
      count += 1;
    },
    say: () => {
      if (count === told || count < told * 10) return;
      told = count;
      tell(count);
    },
  };
}
