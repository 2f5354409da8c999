export { createReaderApp, listenerOf, type ReaderApp, type ReaderDeps } from './app.ts';
export { CORS_ORIGINS } from './cors.ts';
export { plainPathsOnly } from './paths.ts';
export { PORTAL_JWT_SECRET, TOKEN_LIFETIME_MAX } from './config.ts';
export { createReaderMetrics } from './metrics.ts';
export { storeReadiness } from './readiness.ts';
export { createStoreGauges } from './store-gauges.ts';
