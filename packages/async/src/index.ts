export { backoff } from './backoff.ts';
export { atMost, inTime, type InTime } from './deadline.ts';
export { once, shared } from './shared.ts';
export { sleep } from './sleep.ts';
export { stoodFor } from './stood.ts';
