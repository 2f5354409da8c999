export { createReaderApp, type ReaderDeps } from './app.ts';
export { storeReadiness } from './readiness.ts';
