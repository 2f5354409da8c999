import { Counter, Gauge, type QuietLog, type Registry } from '@portal/runtime';

/**
 * Requests that wait for the store at once. Each costs some 0.1 ms of this process once its document is there, so that the
 * last of a thousand has waited for 0.1 s: within what an answer may take. Of more, all would come too late.
 */
export const WAITING_MAX = 1_000;

/** Those who wait, counted. Whoever enters leaves. */
export interface Waiting {
  /** False: there is no room, and the request is to be refused at once. */
  enter(): boolean;
  leave(): void;
}

export function createWaiting(max: number, registry: Registry, trouble: QuietLog): Waiting {
  let count = 0;
  new Gauge({
    name: 'portal_reader_waiting_requests',
    help: `Requests that wait for the store now, ${max} at most`,
    registers: [registry],
    collect() {
      this.set(count);
    },
  });
  const refused = new Counter({
    name: 'portal_reader_overload_refused_total',
    help: 'Requests answered 503 at once because too many were waiting',
    registers: [registry],
  });
  return {
    enter: () => {
      if (count < max) {
        count += 1;
        return true;
      }
      refused.inc();
      trouble.warn(
        'overload',
        { waiting: count },
        'overload: further requests are refused at once',
      );
      return false;
    },
    leave: () => {
      count -= 1;
    },
  };
}
