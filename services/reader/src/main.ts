import { fromMillis, type Micros } from '@portal/billing';
import { createTokenVerifier, ownZoneData } from '@portal/contracts';
import {
  createLogger,
  createOutput,
  createQuietLog,
  createMetricsRegistry,
  installShutdown,
  listen,
  runService,
  serveHealth,
} from '@portal/runtime';
import { createRedisReader } from '@portal/stores';
import { createReaderApp, listenerOf } from './app.ts';
import { countLostLines } from './metrics.ts';
import { type ReaderConfig, readerConfig, readerVariables } from './config.ts';
import { storeReadiness } from './readiness.ts';

/** The reader as a process: environment in, HTTP out. Exit codes: 0 stopped, 1 failed, 2 misconfigured. */
async function run(config: ReaderConfig): Promise<void> {
  const output = createOutput((lines) => {
    trouble.warn('lost lines', { lines }, 'lines of the log were lost: nobody read them in time');
  });
  const logger = createLogger({
    ...{ service: 'reader', level: config.logLevel, destination: output },
  });
  const trouble = createQuietLog(logger);
  const shutdown = installShutdown({
    deadlineMs: config.shutdownDeadlineMs,
    logger,
    exit: (code) => {
      void output.exit(code);
    },
  });
  const documents = createRedisReader({
    connection: config.redis,
    prefix: config.redisPrefix,
    budgetMs: config.storeBudgetMs,
    onUnwatched: (reason) => {
      trouble.warn(
        'watching',
        { reason },
        'the store does not tell what changes: each read asks it',
      );
    },
  });
  const now = (): Micros => fromMillis(Date.now());
  const zoneData = ownZoneData(process.versions['tz']);
  const ready = () => storeReadiness(documents, zoneData);
  const registry = createMetricsRegistry('reader');
  countLostLines(registry, output);
  const reader = createReaderApp({
    documents,
    verifyToken: createTokenVerifier(config.secret, config.tokenLifetimeMaxDays),
    now,
    allowAt: false,
    topicPrefix: config.topicPrefix,
    datePolicy: config.datePolicy,
    zoneData,
    corsOrigins: config.corsOrigins,
    ready: config.ops === null ? ready : null,
    registry,
    logger,
  });
  const server = await listen(listenerOf(reader), config);
  const ops =
    config.ops === null
      ? null
      : await serveHealth({ ready, registry, logger, tellsDetail: true }, config.ops);
  logger.info({ host: config.host, port: server.port, ops_port: ops?.port }, 'listening');
  shutdown.opened([
    { name: 'http', stop: () => server.stop() },
    { name: 'ops', stop: async () => ops?.stop() },
    { name: 'store', stop: () => documents.close() },
  ]);
}

void runService({
  name: 'reader',
  does: 'Answers GET /portal/dashboard_summary.',
  variables: readerVariables,
  configOf: readerConfig,
  run,
});
