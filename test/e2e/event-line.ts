import { plainEvent, topicOf } from '@portal/contracts';
import { type BillingEvent } from '@portal/projection';

/** An event as a line of the NDJSON form, as a producer writes it: no key, no place. */
export const eventLine = (event: BillingEvent): string =>
  JSON.stringify({ topic: topicOf(event.family), value: plainEvent(event) });
