import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import {
  createLogger,
  createMetricsRegistry,
  installShutdown,
  type Registry,
  runService,
  serveHealth,
} from '@portal/runtime';
import { kafkaClusterId } from '@portal/streams';
import { type ProjectorConfig, projectorConfig, projectorVariables } from './config.ts';
import { generationOf } from './store/generation.ts';
import { goLive } from './go-live.ts';
import { KAFKA_CLIENT, open, type Opened, type OpenOptions } from './open.ts';
import { presenceGauges } from './metrics/presence-gauges.ts';
import { createPresence, type Presence } from './store/presence.ts';
import { type Projector, startProjector } from './projector.ts';
import { type Goal } from './health/pulse.ts';

/** Each check asks Kafka for the ends of all partitions. */
const GO_LIVE_POLL_MS = 1_000;

/**
 * The projector as a process: Kafka in, Redis out. It opens both, answers for its health, enters the store, follows,
 * and goes live. Exit codes: 0 stopped, 1 failed, 2 misconfigured or refused.
 */
async function run(config: ProjectorConfig): Promise<void> {
  const logger = createLogger({ service: 'projector', level: config.logLevel });
  const shutdown = installShutdown({
    deadlineMs: config.shutdownDeadlineMs,
    logger,
    exit: (code) => process.exit(code),
  });
  const stopping = new AbortController();
  const generation = generationOf(config.settings);
  const own: OpenOptions = { config, generation, logger, stopping: stopping.signal };
  const opened = await open(own);
  const { store, pointer, source } = opened;
  const registry = createMetricsRegistry('projector');
  const presence = presenceIn(opened, own, registry);

  let goal: Goal = config.takeOver ? 'taking_over' : 'building';
  const projector = await startProjector({
    ...{ source, store, pointer, presence, logger, registry },
    ...{ settings: config.settings, now: Date.now, heals: true, goal: () => goal },
    ...{ statesBytes: config.statesBytes, replaySlackMs: config.replaySlackMs },
    ended: (reason) => {
      shutdown.end({ kind: 'failed', reason });
    },
  });
  const server = await serveHealth(
    { ready: () => projector.readiness(), registry, logger: null, tellsDetail: config.isOpsPort },
    config,
  );
  shutdown.opened([
    {
      name: 'projector',
      stop: () => {
        stopping.abort();
        return projector.stop();
      },
    },
    { name: 'source', stop: () => source.close() },
    { name: 'http', stop: () => server.stop() },
    { name: 'presence', stop: () => presence.leave() },
    { name: 'store', stop: () => opened.closeStores() },
  ]);
  logger.info({ generation, port: server.port }, 'projecting');

  const admitted = await presence.enter();
  if (admitted.kind === 'refused') shutdown.end(admitted);
  if (admitted.kind !== 'admitted') return;
  // Before that, nothing the source says of the log is of this store's.
  opened.followAs(admitted.group);
  await toldLive(own, projector, opened);
  goal = 'settled';
}

/** This process among those that write to its Redis. */
function presenceIn({ directory }: Opened, own: OpenOptions, registry: Registry): Presence {
  const { config, generation, logger, stopping } = own;
  const { kafka, topicPrefix, orphanLive } = config;
  return createPresence({
    ...{ directory, orphanLive, logger, stopping },
    self: {
      ...{ id: randomUUID(), host: hostname(), pid: process.pid, startedAt: Date.now() },
      ...{ generation, topicPrefix },
    },
    // That the broker is away is said by whoever wants records of it.
    clusterId: () =>
      kafkaClusterId({ ...kafka, clientId: KAFKA_CLIENT }, stopping, () => undefined),
    told: presenceGauges(registry, logger),
  });
}

/** Resolves once it is decided which generation readers are on, and that is said. */
async function toldLive(
  own: OpenOptions,
  projector: Projector,
  { pointer }: Opened,
): Promise<void> {
  const { config, generation, logger, stopping } = own;
  const live = await goLive({
    ...{ projector, pointer, generation, takeOver: config.takeOver },
    ...{ stopping, pollMs: GO_LIVE_POLL_MS },
    waiting: (progress, error) => {
      logger.debug({ ...progress, err: error }, 'catching up before going live');
    },
  });
  switch (live.kind) {
    case 'other':
      logger.error({ generation, live: live.generation }, 'readers stay on another generation');
      return;
    case 'live':
      logger.info({ generation }, 'caught up and live');
      return;
    case 'stopped':
      return;
    default:
      live satisfies never;
  }
}

void runService({
  name: 'projector',
  does: 'Folds the billing topics into one document per customer.',
  variables: projectorVariables,
  configOf: (environment) => projectorConfig(environment, process.argv.slice(2)),
  run,
});
