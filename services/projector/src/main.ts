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
import { type JoinedStore, joinStore } from './join-store.ts';
import { BEAT_MS } from './presence.ts';
import { startProjector } from './projector.ts';
import { type Goal } from './pulse.ts';

/** Each look asks Kafka for the ends of all partitions. */
const GO_LIVE_POLL_MS = 1_000;

/** The projector as a process: Kafka in, Redis out. Exit codes: 0 stopped, 1 failed, 2 misconfigured or refused. */
async function run(config: ProjectorConfig): Promise<void> {
  const logger = createLogger({ service: 'projector', level: config.logLevel });
  const registry = createMetricsRegistry('projector');
  const generation = generationOf(config.settings);
  const { redis: connection, redisPrefix: prefix } = config;
  const stopping = new AbortController();
  const where = { connection, prefix, stopping: stopping.signal };
  const store = createRedisStore({ ...where, generation });
  const pointer = createRedisPointer(where);
  const joined = joinStore({ config, generation, registry, logger, stopping: stopping.signal });
  const source = await openSource(config, joined.group, logger);
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
    ...{ settings: config.settings, logger, registry, now: Date.now },
    ended: (reason) => {
      shutdown.fail(reason);
    },
    ...{ headsMax: config.headsMax, replaySlackMs: config.replaySlackMs },
    healing: {},
  });
  const server = await serveHealth(
    { ready: () => projector.readiness(), registry, logger: null, tellsDetail: config.isOpsPort },
    config,
  );
  logger.info({ generation, port: server.port }, 'projecting');
  const beat = beating(joined, (reason) => {
    shutdown.fail(reason);
  });
  shutdown.fail = installShutdown({
    steps: [
      {
        name: 'projector',
        stop: () => {
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
  const live = await goLive({
    ...{ projector, pointer, generation, takeOver: config.takeOver },
    ...{ stopping: stopping.signal, pollMs: GO_LIVE_POLL_MS },
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

/** Says again and again that we are still here, and hears when we must end. */
const beating = (joined: JoinedStore, mustEnd: (reason: string) => void) =>
  setInterval(() => {
    void joined.beat().then((reason) => {
      if (reason !== null) mustEnd(reason);
    });
  }, BEAT_MS);

function openSource(
  config: ProjectorConfig,
  groupId: Promise<string>,
  logger: Logger,
): Promise<EventSource> {
  return createKafkaSource({
    kafka: { ...config.kafka, clientId: 'portal-projector' },
    registry: config.registry,
    groupId,
    prefix: config.topicPrefix,
    onHistoryLost: (lost) => {
      // Usage topics are trimmed by design; a projector that starts on one begins where it begins.
      const isTrimmed = lost.family === 'usage' && !lost.isStarted;
      // What is held is told by its notice, once.
      if (isTrimmed) logger.warn(lost, historyLostText(lost));
      return isTrimmed ? 'go_on' : 'stop';
    },
    onNotice: noticeLog(logger),
  });
}

void runService({
  name: 'projector',
  does: 'Folds the billing topics into one document per customer.',
  variables: projectorVariables,
  configOf: (environment) => projectorConfig(environment, process.argv.slice(2)),
  run,
});
