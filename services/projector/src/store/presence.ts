import { atMost, messageOf, sleep } from '@portal/async';
import { createQuietLog, type Logger } from '@portal/runtime';
import {
  feederOf,
  type KnownGeneration,
  type StoreDirectory,
  type StoreSnapshot,
  StoreRefused,
  type Writer,
  WRITER_BELIEVED_MS,
} from '@portal/stores';
import { groupOf } from './generation.ts';
import { isRetriable } from './retriable.ts';

export interface PresenceOptions {
  readonly directory: StoreDirectory;
  /** This process, as far as it is known before the store is. */
  readonly self: Omit<Writer, 'group' | 'clusterId'>;
  /** Waits for Kafka; rejects when the process stops. */
  readonly clusterId: () => Promise<string>;
  /** Start also when that leaves the live generation without anybody who feeds it. */
  readonly orphanLive: boolean;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
  /** Hears at every beat. */
  readonly told: (snapshot: StoreSnapshot) => void;
  /** How long the live generation's feeder is waited for. Tests shorten it. */
  readonly patienceMs?: number;
}

export type Admitted =
  | { readonly kind: 'admitted'; readonly group: string }
  /** It must not start: the text says why, what would happen, and what to do. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'stopped' };

/** This process among those that write to the store. */
export interface Presence {
  /** To be asked once, before anything is folded. Waits for store and broker as long as they are away. */
  enter(): Promise<Admitted>;
  /** Says that we are still here; see pulse.ts. Resolves with the reason when the process must end. Never rejects. */
  beat(): Promise<string | null>;
  /** Never rejects. */
  leave(): Promise<void>;
}

const RETRY_MS = 500;
/** Of a store that does not answer nobody needs to take leave: it stops believing in us. */
const LEAVE_MS = 1_000;

export function createPresence(options: PresenceOptions): Presence {
  const { directory, self, logger, stopping, told } = options;
  const log = createQuietLog(logger);
  let entered: { readonly identity: string; readonly writer: Writer } | null = null;

  const enterOnce = async (): Promise<Admitted> => {
    const clusterId = await options.clusterId();
    const identity = await directory.identity();
    const writer = {
      ...{ ...self, clusterId },
      group: groupOf(self.topicPrefix, identity, self.generation),
    };
    const orphaned = await orphanedBy(options);
    if (stopping.aborted) return { kind: 'stopped' };
    if (orphaned !== null)
      return { kind: 'refused', reason: orphanText(self.generation, orphaned) };
    const registered = await directory.register(writer);
    if (registered.kind === 'other_log') {
      return { kind: 'refused', reason: otherLogText(writer, registered.of, registered.snapshot) };
    }
    entered = { identity, writer };
    told(registered.snapshot);
    return { kind: 'admitted', group: writer.group };
  };

  return {
    enter: async () => {
      while (!stopping.aborted) {
        try {
          return await enterOnce();
        } catch (error) {
          if (!mayPass(error)) throw error;
          const reason = messageOf(error);
          log.warn('enter', { reason }, 'waiting for store and broker before following');
          await sleep(RETRY_MS, stopping);
        }
      }
      return { kind: 'stopped' };
    },
    beat: async () => {
      if (entered === null || stopping.aborted) return null;
      const { identity, writer } = entered;
      try {
        const registered = await directory.register(writer);
        if (registered.kind === 'other_log') {
          return otherLogText(writer, registered.of, registered.snapshot);
        }
        told(registered.snapshot);
        return changedIdentity(identity, registered.snapshot.identity);
      } catch (error) {
        // Who folds says that the store is away.
        return mayPass(error) ? null : String(error);
      }
    },
    leave: async () => {
      if (entered !== null) await atMost(LEAVE_MS, directory.leave(entered.writer));
    },
  };
}

/**
 * The live generation, when nobody would feed it after our start. Its feeder is waited for a while: after
 * trouble with the store all projectors start anew, in any order.
 */
async function orphanedBy(options: PresenceOptions): Promise<string | null> {
  const { directory, self, orphanLive, logger, stopping } = options;
  const { patienceMs = WRITER_BELIEVED_MS } = options;
  const end = performance.now() + patienceMs;
  for (let told = false; ; told = true) {
    const snapshot = await directory.snapshot();
    const { live } = snapshot;
    if (live === null || live === self.generation || orphanLive) return null;
    if (feederOf(snapshot, live) !== undefined) return null;
    if (performance.now() >= end || stopping.aborted) return live;
    if (!told)
      logger.warn({ live, patienceMs }, 'waiting for a projector that feeds the live generation');
    await sleep(RETRY_MS, stopping);
  }
}

const orphanText = (own: string, live: string): string =>
  `readers are on generation ${live} and no running projector feeds it; this one would feed ${own}. ` +
  `Readers would stay on ${live}, which would not move any more, until ${own} has read the whole log and ` +
  'takes over (GO_LIVE=take-over). Run the projector that fed the live generation (the image before) beside this ' +
  'one until this one has caught up; or, to accept answers that stand still meanwhile, start with --orphan-live ' +
  'or ORPHAN_LIVE=1. See docs/operations.md, "Rolling out a new image, new time-zone data".';

function otherLogText(own: Writer, of: KnownGeneration, snapshot: StoreSnapshot): string {
  const feeder = feederOf(snapshot, of.generation);
  const by =
    feeder === undefined
      ? `last fed ${new Date(of.lastFedAt).toISOString()}`
      : `fed by process ${feeder.pid} on ${feeder.host}, heard of ${feeder.ageMs} ms ago`;
  return (
    `another log: generation ${of.generation} of this store holds topics ${of.topicPrefix}.* of Kafka cluster ` +
    `${of.clusterId} (${by}); this projector (process ${own.pid} on ${own.host}) reads ${own.topicPrefix}.* of ` +
    `cluster ${own.clusterId}. One store holds one log: give this one another REDIS_PREFIX or another Redis, or ` +
    'mend its TOPIC_PREFIX or KAFKA_BROKERS. See docs/operations.md, "Stores, writers and generations".'
  );
}

const changedIdentity = (before: string, now: string | null): string | null => {
  if (now === before) return null;
  return now === null
    ? `the store lost its identity ${before}: it was emptied or replaced. The next start reads the log anew`
    : `the store is another one: it was ${before}, now it is ${now}. The next start follows in a group of its own`;
};

/** A right may be given meanwhile, as a server may come back. */
const mayPass = (error: unknown): boolean => error instanceof StoreRefused || isRetriable(error);
