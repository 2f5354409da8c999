import { type Micros, parseIso } from '@portal/billing';
import { parseLine } from '@portal/contracts';
import { type BillingEvent, customerRef, type DetailedAnswer } from '@portal/projection';
import { answerAt, foldBatches, logOf } from '@portal/testkit';
import { sampleCustomers, sampleEvents } from '../../src/samples/index.ts';

export const instant = (iso: string): Micros => parseIso(iso)!;

/** An ordinary moment, and the ones at which dates told relative to now go wrong. */
export const MOMENTS = [
  '2026-11-23T20:49:14.123456Z',
  '2027-01-01T00:00:00Z',
  '2027-03-01T00:00:05Z',
  '2027-03-31T23:59:59.999999Z',
  '2028-02-29T12:00:00Z',
].map(instant);
const parsedAt = new Map<Micros, readonly BillingEvent[]>();

/** The sample events as they are read. */
export function parsed(now: Micros): readonly BillingEvent[] {
  const known = parsedAt.get(now);
  if (known !== undefined) return known;
  const events = sampleEvents(now).map((line) => {
    const read = parseLine(line);
    if (read.kind !== 'record' || read.record.decoded.kind !== 'event') {
      throw new Error(`${JSON.stringify(read)}: ${line}`);
    }
    return read.record.decoded.event;
  });
  parsedAt.set(now, events);
  return events;
}

/** What the whole path makes of one sample: fold, project, view. */
export function answerOf(name: string, now: Micros): DetailedAnswer {
  const sample = sampleCustomers(now).find((one) => one.name === name)!;
  const events = parsed(now).filter((event) => event.customer_id === sample.customer_id);
  const { organization_id, customer_id } = events[0]!;
  const record = foldBatches(customerRef(organization_id, customer_id), logOf(events));
  return answerAt(record, now);
}
