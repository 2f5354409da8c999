export { requireService, SERVICE_NAMES, type ServiceName } from './services.ts';
export * from './arbitraries/index.ts';
export * from './builders.ts';
export * from './log.ts';
export * from './record.ts';
export * from './openapi.ts';
export { endWithUs } from './outlive.ts';
export * from './failing.ts';
export * from './spec.ts';
