import kafkajs from 'kafkajs/package.json' with { type: 'json' };
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';

const PATCHED_VERSION = '2.2.4';
const CHECK_INTERVAL_MS = 10;

/**
 * kafkajs 2.2.4 re-arms a timer of about 1 ms on every connection for ever, even with nothing to send:
 * some 900 wake-ups a second and connection, and a negative time-out that newer Node versions warn about.
 * This schedules the check only while requests wait. Any other version is left as it is.
 *
 * Returns whether the patch applies.
 */
export function patchRequestQueue(version: string = kafkajs.version): boolean {
  if (version !== PATCHED_VERSION) return false;
  RequestQueue.prototype.scheduleCheckPendingRequests = function (this: RequestQueue) {
    if (this.pending.length === 0 || this.throttleCheckTimeoutId !== null) return;
    const throttled = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttled > 0 ? throttled : CHECK_INTERVAL_MS,
    );
  };
  return true;
}
