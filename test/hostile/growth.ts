const KB = 1_024;
/** What fits in the head of a request, and what a log line or a body could hold. */
const SMALL = 16 * KB;
const LARGER = [256 * KB, 1_024 * KB];

/** Below this a measurement says more about the machine than about the code, milliseconds. */
const NOISE_MS = 0.5;
/**
 * How much more than in proportion to its length a text may cost. What is quadratic costs 16 times that at 256 KB and
 * 64 times at 1 MB.
 */
const SLACK = 8;
const TRIES = 3;

/**
 * Runs `take` on the fragment repeated to 16 KB, 256 KB and 1 MB and says where its time grew faster than the text;
 * null when it nowhere did. Compared is processor time, the best of some runs, so a busy machine does not matter;
 * what grew too fast at 256 KB is not run on 1 MB.
 */
export function growthFault(take: (text: string) => unknown, fragment: string): string | null {
  const small = repeated(fragment, SMALL);
  const ms = Math.max(
    NOISE_MS,
    bestOf(TRIES, () => cost(take, small)),
  );
  for (const size of LARGER) {
    const text = repeated(fragment, size);
    const allowed = ms * (size / SMALL) * SLACK;
    let tries = 1;
    let taken = cost(take, text);
    while (taken > allowed && tries++ < TRIES) taken = Math.min(taken, cost(take, text));
    if (taken > allowed) {
      const figures = `${ms.toFixed(2)} ms for ${SMALL}, ${taken.toFixed(2)} ms for ${size}`;
      return `${JSON.stringify(fragment)}: ${figures} characters`;
    }
  }
  return null;
}

const repeated = (fragment: string, size: number): string =>
  fragment.repeat(Math.ceil(size / fragment.length)).slice(0, size);

const bestOf = (tries: number, measure: () => number): number =>
  Math.min(...Array.from({ length: tries }, measure));

/** Processor time of this process, milliseconds. */
function cost(take: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  take(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
