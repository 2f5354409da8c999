import {
  aCustomer,
  anErasure,
  anInvoice,
  aSubscription,
  aWallet,
  foldBatches,
  given,
  logOf,
  ORGANIZATION,
  CUSTOMER,
} from '@portal/testkit';
import { customerRef, type BillingEvent } from '@portal/projection';
import { describe, expect, it } from '@jest/globals';

const NOW = '2026-11-23T10:00:00Z';

describe('a deletion removes its entity', () => {
  const whole = [aCustomer(), aSubscription(), anInvoice(), aWallet()];
  const answer = (...events: readonly BillingEvent[]) => given(...whole, ...events).at(NOW).summary;

  it('a subscription, whatever the status of its last snapshot', () => {
    const deleted = aSubscription({ version: 2 }, { event_type: 'subscription.deleted' });
    expect(answer(deleted)).toMatchObject({
      next_billing: [],
      quick_actions: { has_active_subscription: false },
    });
  });

  it('an invoice', () => {
    const deleted = anInvoice({ version: 2 }, { event_type: 'invoice.deleted' });
    expect(answer(deleted).quick_actions.outstanding_invoice_count).toBe(0);
  });

  it('a wallet', () => {
    const deleted = aWallet({ version: 2 }, { event_type: 'wallet.deleted' });
    expect(answer(deleted).quick_actions.has_wallet).toBe(false);
  });

  it('a lower version does not bring it back, a higher one does', () => {
    const deleted = aSubscription({ version: 3 }, { event_type: 'subscription.deleted' });
    expect(answer(deleted, aSubscription({ version: 2 })).next_billing).toEqual([]);
    expect(answer(deleted, aSubscription({ version: 4 })).next_billing).toHaveLength(1);
  });

  it('comes before what it deletes, and the effect is the same', () => {
    const deleted = aWallet({ version: 2 }, { event_type: 'wallet.deleted' });
    expect(given(deleted, aWallet()).at(NOW).summary.quick_actions.has_wallet).toBe(false);
  });

  it('of the same version as a snapshot is a conflict like any other', () => {
    const deleted = aWallet({}, { event_type: 'wallet.deleted' });
    expect(given(aWallet(), deleted).at(NOW).summary.quick_actions.has_wallet).toBe(true);
    expect(given(deleted, aWallet()).at(NOW).summary.quick_actions.has_wallet).toBe(false);
  });
});

describe('an erased customer', () => {
  const ref = customerRef(ORGANIZATION, CUSTOMER);

  it('is gone at once, with everything that came and comes', () => {
    const log = logOf([aSubscription(), anInvoice(), aWallet(), anErasure(), aCustomer()]);
    const record = foldBatches(ref, [...log, logOf([aWallet({ version: 2 })]).flat()]);
    expect(record.erased).toBe(true);
    expect(record.fields.size).toBe(0);
  });

  it('is so even when the erasure is redelivered or the record has too many holes to list', () => {
    const parked = Array.from({ length: 101 }, (_, offset) => ({
      kind: 'parked' as const,
      at: { family: 'wallets' as const, partition: 0, offset },
    }));
    expect(foldBatches(ref, [parked]).state.hole_ranges).not.toEqual({});
    expect(foldBatches(ref, [parked, logOf([anErasure()]).flat()]).erased).toBe(true);
  });
});
