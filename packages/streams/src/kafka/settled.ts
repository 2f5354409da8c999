/**
 * How long a log must seem changed, or be gone, before it counts as that: during an election, or while a topic is
 * created, the end is too low for a moment, and a broker that was just started may not know all topics.
 */
export const SETTLE_MS = 3_000;

/** Tells whether something has been so at every call for SETTLE_MS. One call that says no begins anew. */
export function createSettled(): (isSo: boolean) => boolean {
  let since: number | null = null;
  return (isSo) => {
    const now = performance.now();
    since = isSo ? (since ?? now) : null;
    return since !== null && now - since >= SETTLE_MS;
  };
}
