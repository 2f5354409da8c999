import { type Logger } from '@portal/runtime';
import {
  createRedisDirectory,
  createRedisPointer,
  createRedisStore,
  type DocumentStore,
  type GenerationPointer,
  type StoreDirectory,
} from '@portal/stores';
import { createKafkaSource, type EventSource } from '@portal/streams';
import { type ProjectorConfig } from './config.ts';
import { noticeLog } from './follow/notice-log.ts';

export interface OpenOptions {
  readonly config: ProjectorConfig;
  readonly generation: string;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
}

/** What the process reads and writes. Each part connects when it is first used. */
export interface Opened {
  readonly store: DocumentStore;
  readonly pointer: GenerationPointer;
  readonly directory: StoreDirectory;
  readonly source: EventSource;
  /** Names the consumer group: whoever follows the source gets records from then on. */
  readonly followAs: (group: string) => void;
  closeStores(): Promise<unknown>;
}

export async function open({ config, generation, logger, stopping }: OpenOptions): Promise<Opened> {
  const where = { connection: config.redis, prefix: config.redisPrefix, stopping };
  const store = createRedisStore({ ...where, generation });
  const pointer = createRedisPointer(where);
  const directory = createRedisDirectory(where);
  let followAs: (group: string) => void = () => undefined;
  const group = new Promise<string>((resolve) => {
    followAs = resolve;
  });
  const source = await openSource(config, group, logger);
  return {
    ...{ store, pointer, directory, source, followAs },
    closeStores: () => Promise.all([store, pointer, directory].map((one) => one.close())),
  };
}

function openSource(
  config: ProjectorConfig,
  groupId: Promise<string>,
  logger: Logger,
): Promise<EventSource> {
  return createKafkaSource({
    kafka: { ...config.kafka, clientId: KAFKA_CLIENT },
    registry: config.registry,
    groupId,
    prefix: config.topicPrefix,
    onMissingHistory: (missing) => {
      // Usage topics are trimmed by design; a projector that starts on one begins where it begins. Told by follow/trimmed.ts;
      // what is held is told by its notice.
      const isTrimmed = missing.family === 'usage' && !missing.isStarted;
      return isTrimmed ? 'go_on' : 'stop';
    },
    onNotice: noticeLog(logger),
  });
}

export const KAFKA_CLIENT = 'portal-projector';
