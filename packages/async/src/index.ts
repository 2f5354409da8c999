export { orAborted, type OrAborted } from './aborted.ts';
export { backoff } from './backoff.ts';
export { atMost, inTime, type InTime } from './deadline.ts';
export { messageOf } from './message-of.ts';
export { onAbort } from './on-abort.ts';
export { once, singleFlight } from './single-flight.ts';
export { sleep } from './sleep.ts';
export { stalledFor } from './stalled.ts';
export { unreached } from './unreached.ts';
