export * from './config.ts';
export * from './health.ts';
export * from './listen.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './redact.ts';
export { type Host, runService, type Service } from './service.ts';
export * from './shutdown.ts';
export * from './variables.ts';
