export * from './connect.ts';
export { StoreRefused, StoreUnavailable } from './errors.ts';
export { DEFAULT_PREFIX } from './keys.ts';
export * from './memory.ts';
export * from './port.ts';
export * from './redis-pointer.ts';
export * from './redis-reader.ts';
export * from './redis.ts';
