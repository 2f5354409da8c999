import { type PartitionName, partitionName } from '@portal/projection';
import { type ReplayWindow, type Checkpoint } from '@portal/stores';
import { lastOf, type SourceBatch, type Start } from '@portal/streams';
import { nextReplay } from './replay.ts';

/** The partitions of this process, and how far it is in each. */
export interface Owned {
  take(starts: ReadonlyMap<PartitionName, Start>, checkpoints: Checkpoints): void;
  release(): void;
  /** The checkpoint of a partition of ours, 0 before the first. */
  foldedOf(name: PartitionName): number;
  /** The checkpoint to write behind a chunk. */
  checkpointBehind(chunk: SourceBatch, occurredAt: number | null): Checkpoint;
  /** The chunk was folded and its checkpoint written. */
  moved(chunk: SourceBatch, checkpoint: Checkpoint): void;
  /** null while this process has no place among the members. */
  positions(): ReadonlyMap<PartitionName, number> | null;
}

type Checkpoints = ReadonlyMap<PartitionName, Checkpoint>;

interface Partition {
  /** Behind `folded` while it reads again. */
  position: number;
  /** The checkpoint. */
  folded: number;
  replay: ReplayWindow | undefined;
}

export function createOwned(replaySlackMs: number, now: () => number): Owned {
  let owned: Map<PartitionName, Partition> | null = null;
  return {
    take: (starts, checkpoints) => {
      owned = new Map();
      for (const [name, { from }] of starts) {
        const { next: folded = 0, replay } = checkpoints.get(name) ?? {};
        owned.set(name, { position: from, folded, replay });
      }
    },
    release: () => {
      owned = null;
    },
    foldedOf: (name) => owned?.get(name)?.folded ?? 0,
    checkpointBehind: (chunk, occurredAt) => {
      const { next, from } = chunk;
      const { folded, replay } = owned?.get(partitionName(chunk)) ?? { folded: from };
      // What is read again does not move the window.
      const nextWindow = next > folded ? nextReplay(replay, folded, now(), replaySlackMs) : replay;
      const last = lastOf(chunk);
      return {
        ...{ next, occurredAt },
        ...(nextWindow === undefined ? {} : { replay: nextWindow }),
        ...(last === null ? {} : { last }),
      };
    },
    moved: (chunk, { next, replay }) => {
      const own = owned?.get(partitionName(chunk));
      if (own === undefined) return;
      own.position = next;
      own.folded = Math.max(own.folded, next);
      own.replay = replay;
    },
    positions: () =>
      owned && new Map([...owned].map(([name, { position }]) => [name, position] as const)),
  };
}
