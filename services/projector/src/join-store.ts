import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { atMost, singleFlight } from '@portal/async';
import { type Logger, type Registry } from '@portal/runtime';
import { createRedisDirectory } from '@portal/stores';
import { kafkaClusterId } from '@portal/streams';
import { type ProjectorConfig } from './config.ts';
import { createPresence, type Presence } from './presence.ts';
import { presenceGauges } from './presence-gauges.ts';

export interface JoinOptions {
  readonly config: ProjectorConfig;
  readonly generation: string;
  readonly registry: Registry;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

/** This process's place among those that write to its Redis. */
export interface JoinedStore {
  /** The consumer group to follow in, once the process is admitted; one that is refused ends with code 2. */
  readonly group: Promise<string>;
  /** To be called every `BEAT_MS`; the reason when the process must end. Never rejects. */
  beat(): Promise<string | null>;
  leave(): Promise<void>;
}

/** Of a store that does not answer nobody needs to take leave: it stops believing in us. */
const LEAVE_MS = 1_000;

export function joinStore(options: JoinOptions): JoinedStore {
  const { config, generation, registry, logger, stopping } = options;
  const { redis: connection, redisPrefix: prefix, topicPrefix, kafka, orphanLive } = config;
  const directory = createRedisDirectory({ connection, prefix, stopping });
  const presence = createPresence({
    directory,
    self: {
      ...{ id: randomUUID(), host: hostname(), pid: process.pid, startedAt: Date.now() },
      ...{ generation, topicPrefix },
    },
    // That the broker is away is said by whoever wants records of it.
    clusterId: () =>
      kafkaClusterId({ ...kafka, clientId: 'portal-projector' }, stopping, () => undefined),
    ...{ orphanLive, logger, stopping },
    told: presenceGauges(registry, logger),
  });
  return {
    group: groupOnceAdmitted(presence, logger),
    beat: singleFlight(() => presence.beat().catch((error: unknown) => String(error))),
    leave: async () => {
      await atMost(LEAVE_MS, presence.leave());
      await directory.close();
    },
  };
}

async function groupOnceAdmitted(presence: Presence, logger: Logger): Promise<string> {
  const admitted = await presence.enter();
  switch (admitted.kind) {
    case 'admitted':
      return admitted.group;
    case 'refused':
      // Nothing was read or written, nothing is to be finished.
      logger.fatal({ reason: admitted.reason }, 'refused to start');
      return process.exit(2);
    case 'stopped':
      return new Promise(() => undefined);
    default:
      return admitted satisfies never;
  }
}
