import { fromMillis } from '@portal/billing';
import { createTokenVerifier } from '@portal/contracts';
import {
  createLogger,
  createMetricsRegistry,
  installShutdown,
  listen,
  runService,
} from '@portal/runtime';
import { createRedisReader } from '@portal/stores';
import { createReaderApp } from './app.ts';
import { type ReaderConfig, readerConfig, readerVariables } from './config.ts';
import { storeReadiness } from './readiness.ts';

/** The reader as a process: environment in, HTTP out. Exit codes: 0 stopped, 1 failed, 2 misconfigured. */
async function run(config: ReaderConfig): Promise<void> {
  const logger = createLogger({ service: 'reader', level: config.logLevel });
  const documents = createRedisReader({
    connection: config.redis,
    prefix: config.redisPrefix,
    budgetMs: config.storeBudgetMs,
  });
  const app = createReaderApp({
    documents,
    verifyToken: createTokenVerifier(config.secret),
    now: () => fromMillis(Date.now()),
    allowAt: false,
    topicPrefix: config.topicPrefix,
    datePolicy: config.datePolicy,
    corsOrigins: config.corsOrigins,
    ready: () => storeReadiness(documents),
    registry: createMetricsRegistry('reader'),
    logger,
  });
  const server = await listen(app, config);
  logger.info({ host: config.host, port: server.port }, 'listening');
  installShutdown({
    steps: [
      { name: 'http', stop: () => server.stop() },
      { name: 'store', stop: () => documents.close() },
    ],
    deadlineMs: config.shutdownDeadlineMs,
    logger,
    exit: (code) => process.exit(code),
  });
}

void runService({
  name: 'reader',
  does: 'Answers GET /portal/dashboard_summary.',
  variables: readerVariables,
  configOf: readerConfig,
  run,
});
