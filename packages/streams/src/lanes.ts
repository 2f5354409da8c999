/** Runs tasks of one lane one after the other, in the order given; lanes do not wait for each other. */
export interface Lanes {
  /** Resolves when the task ended. The task must not throw. */
  run(lane: number, task: () => Promise<void>): Promise<void>;
  /** Resolves when every task given so far ended. */
  drained(): Promise<void>;
}

/**
 * The sources use one lane for each partition number: the families of a customer share a number, so no
 * two batches of one customer are worked on at the same time and its document is not fought over.
 */
export function createLanes(): Lanes {
  const lanes = new Map<number, Promise<void>>();
  return {
    run: (lane, task) => {
      const ended = (lanes.get(lane) ?? Promise.resolve()).then(task);
      lanes.set(lane, ended);
      return ended;
    },
    drained: async () => {
      await Promise.all(lanes.values());
    },
  };
}
