import { parseIso, type Micros } from '@portal/billing';
import { createAvroResolver, decodeAvroValue, encodeEvent, SCHEMA_TEXTS } from '@portal/contracts';
import { type BillingEvent, type Entry } from '@portal/projection';
import { foldBatches } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { changeOf } from '../../bench/changes.ts';
import { benchCustomer, customerFacts } from '../../bench/events.ts';

const BEGAN = parseIso('2026-11-03T10:00:00Z') as Micros;
const AT = parseIso('2026-11-23T10:00:00Z') as Micros;
const CUSTOMER = 4;
const changes = Array.from({ length: 10 }, (_, index) =>
  changeOf({ customer: CUSTOMER, index, began: BEGAN, at: AT }),
);

describe('the changes that are watched', () => {
  it('are of each of the five families in turn', () => {
    const families = changes.map(({ family }) => family);
    expect(new Set(families.slice(0, 5)).size).toBe(5);
    expect(families.slice(5)).toEqual(families.slice(0, 5));
  });

  it('keep the event contract', () => {
    for (const event of changes) {
      const made = createAvroResolver(event.family, SCHEMA_TEXTS[event.family]);
      if (made.kind !== 'resolver') throw new Error('our own schema is refused');
      const value = encodeEvent(event, 1);
      expect(decodeAvroValue(made.resolver, value, null)).toEqual({ kind: 'event', event });
    }
  });

  it('all count: none is dropped as a repeat or an old version', () => {
    const entries = [...customerFacts(CUSTOMER, BEGAN), ...changes].map(
      (event: BillingEvent, offset): Entry => ({
        ...{ kind: 'event', at: { family: event.family, partition: 0, offset }, event },
      }),
    );
    const { outcomes } = foldBatches(benchCustomer(CUSTOMER).ref, [entries]);
    expect(outcomes.map((outcome) => JSON.stringify(outcome))).toEqual(
      entries.map(() => '"applied"'),
    );
  });

  it('of wallets are of customers that have one', () => {
    const [odd] = [0, 1, 2, 3, 4]
      .map((index) => changeOf({ customer: 5, index, began: BEGAN, at: AT }))
      .filter(({ family }) => family === 'wallets');
    expect(odd?.customer_id).toBe(benchCustomer(4).customerId);
  });
});
