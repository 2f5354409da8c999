import { type Micros } from '@portal/billing';
import { type BillingEvent, FAMILIES, type Family } from '@portal/projection';
import { customerFacts, seededRandom, usageEvent } from './events.ts';

export interface Change {
  /** Whose: a customer that was published with its facts. */
  readonly customer: number;
  /** Each family in turn, so that all topics get as many. Grows with time: it is the version as well. */
  readonly index: number;
  /** When its facts began. */
  readonly began: Micros;
  readonly at: Micros;
}

/** One more event of a customer: usage, or a newer version of what it has. Wallets are of even customers only. */
export function changeOf({ customer, index, began, at }: Change): BillingEvent {
  const family = FAMILIES[index % FAMILIES.length] ?? 'usage';
  const owner = family === 'wallets' ? customer - (customer % 2) : customer;
  const around = { event_id: `change-${index}`, occurred_at: at };
  const version = index + 2;
  if (family === 'usage') {
    return { ...usageEvent(owner, index, { at, random: seededRandom(index) }), ...around };
  }
  const fact = factOf(owner, family, began);
  switch (fact.family) {
    case 'customers':
      if (fact.event_type === 'customer.erased') throw new Error('no customer begins erased');
      return { ...fact, ...around, customer: { ...fact.customer, version } };
    case 'subscriptions':
      return { ...fact, ...around, subscription: { ...fact.subscription, version } };
    case 'invoices':
      return { ...fact, ...around, invoice: { ...fact.invoice, version } };
    case 'wallets':
      return { ...fact, ...around, wallet: { ...fact.wallet, version } };
    case 'usage':
      throw new Error('usage is no fact');
    default:
      return fact satisfies never;
  }
}

function factOf(customer: number, family: Family, began: Micros): BillingEvent {
  const fact = customerFacts(customer, began).find((each) => each.family === family);
  if (fact === undefined) throw new Error(`customer ${customer} has nothing of ${family}`);
  return fact;
}
