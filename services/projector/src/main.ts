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
import { createRedisPointer, createRedisStore } from '@portal/stores';
import { createKafkaSource, type EventSource, historyLostText } from '@portal/streams';
import { type ProjectorConfig, projectorConfig, projectorVariables } from './config.ts';
import { generationOf } from './generation.ts';
import { goLive } from './go-live.ts';
import { type Projector, startProjector } from './projector.ts';

const LAG_EVERY_MS = 5_000;
const GO_LIVE_POLL_MS = 200;
const NOTES_EVERY_MS = 2_000;

/** The projector as a process: Kafka in, Redis out. Exit codes: 0 stopped, 1 failed, 2 misconfigured. */
async function run(config: ProjectorConfig): Promise<void> {
  const logger = createLogger({ service: 'projector', level: config.logLevel });
  const registry = createMetricsRegistry('projector');
  const generation = generationOf(config.settings);
  const source = await openSource(config, generation, logger);
  const { redis: connection, redisPrefix: prefix } = config;
  const store = createRedisStore({ connection, prefix, generation });
  const pointer = createRedisPointer({ connection, prefix });
  const stopping = new AbortController();
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
  const timers = startTimers(projector);
  shutdown.fail = installShutdown({
    steps: [
      {
        name: 'projector',
        stop: () => {
          timers.forEach(clearInterval);
          stopping.abort();
          return projector.stop();
        },
      },
      { name: 'source', stop: () => source.close() },
      { name: 'http', stop: () => server.stop() },
      { name: 'store', stop: () => Promise.all([store.close(), pointer.close()]) },
    ],
    deadlineMs: config.shutdownDeadlineMs,
    logger,
    exit: (code) => process.exit(code),
  }).fail;
  const live = await goLive({
    projector,
    pointer,
    generation,
    takeOver: config.takeOver,
    stopping: stopping.signal,
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

const startTimers = (projector: Projector): readonly ReturnType<typeof setInterval>[] => [
  setInterval(() => void projector.progress().catch(() => undefined), LAG_EVERY_MS),
  setInterval(() => void projector.noteHistory(), NOTES_EVERY_MS),
];

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
  generation: string,
  logger: Logger,
): Promise<EventSource> {
  return createKafkaSource({
    kafka: { brokers: config.brokers, clientId: 'portal-projector' },
    registry: { url: config.registryUrl },
    groupId: `${config.topicPrefix}.${generation}`,
    prefix: config.topicPrefix,
    onHistoryLost: (lost) => {
      // Usage topics are trimmed by design; a projector that starts on one begins where it begins.
      const isTrimmed = lost.family === 'usage' && !lost.isStarted;
      // What is held is told by its notice, once.
      if (isTrimmed) logger.warn(lost, historyLostText(lost));
      return isTrimmed ? 'go_on' : 'stop';
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
  configOf: projectorConfig,
  run,
});
