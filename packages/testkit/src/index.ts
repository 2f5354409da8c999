export { requireService, SERVICE_NAMES, type ServiceName } from './services.ts';
export * from './arbitraries/index.ts';
export * from './benches.ts';
export * from './certificates.ts';
export * from './builders.ts';
export * from './log.ts';
export * from './record.ts';
export * from './openapi.ts';
export { ownFiles, type OwnFiles } from './files.ts';
export { endWithUs } from './outlive.ts';
export { type OwnCluster, startCluster } from './own-cluster.ts';
export { type OwnProgram, startProgram } from './own-program.ts';
export {
  type OwnRedis,
  redisCertificates,
  type RedisCertificates,
  startRedis,
} from './own-redis.ts';
export { countCalls, type CountedFunction } from './calls.ts';
export { countFaults, type ExpectedCounts } from './count-faults.ts';
export { countRedis, type RedisCounter, type RedisCounts } from './redis-counts.ts';
export { differences } from './differences.ts';
export { eventually, until } from './eventually.ts';
export * from './failing.ts';
export { deepFreeze } from './frozen.ts';
export * from './spec.ts';
export * from './stored.ts';
