import {
  createLogger,
  createMetricsRegistry,
  installShutdown,
  type Logger,
  runService,
  serveHealth,
} from '@portal/runtime';
import { createRedisPointer, createRedisStore } from '@portal/stores';
import { createKafkaSource, type EventSource, historyLostText } from '@portal/streams';
import { noticeLog } from './notice-log.ts';
import { type ProjectorConfig, projectorConfig, projectorVariables } from './config.ts';
import { generationOf } from './generation.ts';
import { goLive } from './go-live.ts';
import { startProjector } from './projector.ts';
import { type Goal } from './readiness.ts';

const GO_LIVE_POLL_MS = 200;

/** The projector as a process: Kafka in, Redis out. Exit codes: 0 stopped, 1 failed, 2 misconfigured. */
async function run(config: ProjectorConfig): Promise<void> {
  const logger = createLogger({ service: 'projector', level: config.logLevel });
  const registry = createMetricsRegistry('projector');
  const generation = generationOf(config.settings);
  const source = await openSource(config, generation, logger);
  const { redis: connection, redisPrefix: prefix } = config;
  const stopping = new AbortController();
  const where = { connection, prefix, stopping: stopping.signal };
  const store = createRedisStore({ ...where, generation });
  const pointer = createRedisPointer(where);
  const shutdown = {
    fail: (reason: string): void => {
      logger.fatal({ reason }, 'ended before it was fully started');
      process.exit(1);
    },
  };
  let goal: Goal = config.takeOver ? 'taking_over' : 'building';
  const projector = await startProjector({
    ...{ source, store, pointer },
    goal: () => goal,
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
  const server = await serveHealth(
    { ready: () => projector.readiness(), registry, logger: null, tellsDetail: config.isOpsPort },
    config,
  );
  logger.info({ generation, port: server.port }, 'projecting');
  shutdown.fail = installShutdown({
    steps: [
      {
        name: 'projector',
        stop: () => {
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
  goal = 'settled';
  if (live.kind === 'other') {
    logger.error({ generation, live: live.generation }, 'readers stay on another generation');
  } else if (live.kind === 'live') {
    logger.info({ generation }, 'caught up and live');
  }
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
      const trimmed = lost.family === 'usage' && lost.wanted === 0;
      logger[trimmed ? 'warn' : 'fatal'](lost, historyLostText(lost));
      return trimmed ? 'go_on' : 'stop';
    },
    onNotice: noticeLog(logger),
  });
}

void runService({
  name: 'projector',
  does: 'Folds the billing topics into one document per customer.',
  variables: projectorVariables,
  configOf: projectorConfig,
  run,
});
