export { createReaderApp, type ReaderDeps } from './app.ts';
export { TOKEN_LIFETIME_MAX } from './config.ts';
export { storeReadiness } from './readiness.ts';
