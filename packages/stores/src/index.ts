export * from './connect.ts';
export { StoreRefused, StoreUnavailable } from './errors.ts';
export { DEFAULT_PREFIX, HEAD_FIELD, type Keys, keysOf, VECTOR_FIELD } from './keys.ts';
export * from './memory.ts';
export * from './port.ts';
export * from './redis-pointer.ts';
export * from './redis-reader.ts';
export * from './redis.ts';
export { slotOf } from './slot.ts';
