import {
  createLogger,
  createMetricsRegistry,
  installShutdown,
  type Listening,
  type Logger,
  type Readiness,
  type Registry,
  runService,
  serveHealth,
} from '@portal/runtime';
import { createRedisPointer, createRedisStore, type GenerationPointer } from '@portal/stores';
import { createKafkaSource, type EventSource, historyLostText } from '@portal/streams';
import { type ProjectorConfig, projectorConfig, projectorVariables } from './config.ts';
import { generationOf } from './generation.ts';
import { goLive } from './go-live.ts';
import { joinStore } from './join-store.ts';
import { BEAT_MS } from './presence.ts';
import { type Projector, startProjector } from './projector.ts';

const LAG_EVERY_MS = 5_000;
const GO_LIVE_POLL_MS = 200;

/** The projector as a process: Kafka in, Redis out. Exit codes: 0 stopped, 1 failed, 2 misconfigured or refused. */
async function run(config: ProjectorConfig): Promise<void> {
  const logger = createLogger({ service: 'projector', level: config.logLevel });
  const registry = createMetricsRegistry('projector');
  const generation = generationOf(config.settings);
  const { redis: connection, redisPrefix: prefix } = config;
  const store = createRedisStore({ connection, prefix, generation });
  const pointer = createRedisPointer({ connection, prefix });
  const stopping = new AbortController();
  const joined = joinStore({ config, generation, registry, logger, stopping: stopping.signal });
  const source = await openSource(config, joined.group, logger);
  const shutdown = {
    fail: (reason: string): void => {
      logger.fatal({ reason }, 'ended before it was fully started');
      process.exit(1);
    },
  };
  const projector = await startProjector({
    source,
    store,
    settings: config.settings,
    logger,
    registry,
    now: Date.now,
    ended: (reason) => {
      shutdown.fail(reason);
    },
    headsMax: config.headsMax,
    replaySlackMs: config.replaySlackMs,
  });
  const notLive: NotLive = { detail: null };
  const server = await serveOwnHealth(config, projector, notLive, registry, logger);
  logger.info({ generation, port: server.port }, 'projecting');
  const lag = setInterval(() => void projector.progress().catch(() => undefined), LAG_EVERY_MS);
  const beat = setInterval(() => {
    void joined.beat().then((reason) => {
      if (reason !== null) shutdown.fail(reason);
    });
  }, BEAT_MS);
  shutdown.fail = installShutdown({
    steps: [
      {
        name: 'projector',
        stop: () => {
          clearInterval(lag);
          clearInterval(beat);
          stopping.abort();
          return projector.stop();
        },
      },
      { name: 'source', stop: () => source.close() },
      { name: 'http', stop: () => server.stop() },
      { name: 'presence', stop: () => joined.leave() },
      { name: 'store', stop: () => Promise.all([store.close(), pointer.close()]) },
    ],
    deadlineMs: config.shutdownDeadlineMs,
    logger,
    exit: (code) => process.exit(code),
  }).fail;
  // Before that, nothing it says of the log is of this store's.
  await joined.group;
  await takeReaders({
    config,
    projector,
    pointer,
    generation,
    stopping: stopping.signal,
    logger,
    notLive,
  });
}

interface TakingReaders {
  readonly config: ProjectorConfig;
  readonly projector: Projector;
  readonly pointer: GenerationPointer;
  readonly generation: string;
  readonly stopping: AbortSignal;
  readonly logger: Logger;
  readonly notLive: NotLive;
}

async function takeReaders(options: TakingReaders): Promise<void> {
  const { config, projector, pointer, generation, stopping, logger, notLive } = options;
  const live = await goLive({
    projector,
    pointer,
    generation,
    takeOver: config.takeOver,
    stopping,
    pollMs: GO_LIVE_POLL_MS,
    waiting: (progress, error) => {
      logger.debug({ ...progress, err: error }, 'catching up before going live');
    },
  });
  if (live.kind === 'other') {
    notLive.detail =
      `readers stay on generation ${live.generation}, this projector feeds ${generation}: ` +
      'start it with GO_LIVE=take-over to switch them';
    logger.error({ generation, live: live.generation }, notLive.detail);
  } else {
    logger.info({ generation, ...live }, 'caught up');
  }
}

/** Why readers do not use what this process writes; null: they do, or it is not known yet. */
interface NotLive {
  detail: string | null;
}

function serveOwnHealth(
  config: ProjectorConfig,
  projector: Projector,
  notLive: NotLive,
  registry: Registry,
  logger: Logger,
): Promise<Listening> {
  const ready = async (): Promise<Readiness> => {
    const readiness = await projector.readiness();
    if (!readiness.ready || notLive.detail === null) return readiness;
    return { ready: false, reason: 'not_live', detail: notLive.detail };
  };
  return serveHealth({ ready, registry, logger, tellsDetail: config.isOpsPort }, config);
}

function openSource(
  config: ProjectorConfig,
  groupId: Promise<string>,
  logger: Logger,
): Promise<EventSource> {
  return createKafkaSource({
    kafka: { brokers: config.brokers, clientId: 'portal-projector' },
    registry: { url: config.registryUrl },
    groupId,
    prefix: config.topicPrefix,
    onHistoryLost: (lost) => {
      // Usage topics are trimmed by design; a projector that starts on one begins where it begins.
      const trimmed = lost.family === 'usage' && lost.wanted === 0;
      logger[trimmed ? 'warn' : 'fatal'](lost, historyLostText(lost));
      return trimmed ? 'go_on' : 'stop';
    },
    onNotice: (notice) => {
      logger.warn(notice, notice.kind);
    },
  });
}

void runService({
  name: 'projector',
  does: 'Folds the billing topics into one document per customer.',
  variables: projectorVariables,
  configOf: (environment) => projectorConfig(environment, process.argv.slice(2)),
  run,
});
