import { randomUUID } from 'node:crypto';
import {
  type BillingEvent,
  type CustomerId,
  customerRef,
  type CustomerRef,
} from '@portal/projection';
import {
  createRedisPointer,
  createRedisStore,
  type RecordChange,
  singleRedis,
} from '@portal/stores';
import {
  aCharge,
  arbitraryEvent,
  aSubscription,
  aUsage,
  aWallet,
  ORGANIZATION,
} from '@portal/testkit';
import fc from 'fast-check';
import { storedCustomer, EVENTS, GENERATION } from '../support/reader.ts';

export interface Kept {
  readonly prefix: string;
  readonly customers: readonly CustomerId[];
  readonly remove: () => Promise<void>;
}

/** Customers of every status an answer can have, each folded from its events and put into Redis. */
export async function keepCustomers(url: string): Promise<Kept> {
  const prefix = `conformance-${randomUUID()}`;
  const connection = singleRedis(url);
  const store = createRedisStore({ connection, generation: GENERATION, prefix });
  const pointer = createRedisPointer({ connection, prefix });
  const stories = [...WRITTEN, ...generated()];
  const customers = stories.map(() => randomUUID() as CustomerId);
  const refs = customers.map((customer) => customerRef(ORGANIZATION, customer));
  await store.apply(stories.map((story, i) => record(refs[i]!, customers[i]!, story)));
  await pointer.switch(null, GENERATION);
  return {
    prefix,
    customers,
    remove: async () => {
      await store.erase(refs);
      await store.close();
      await pointer.close();
    },
  };
}

interface Told {
  readonly events: readonly BillingEvent[];
  readonly holes: number;
}

const WRITTEN: readonly Told[] = [
  { events: EVENTS, holes: 0 },
  { events: EVENTS, holes: 2 },
  { events: EVENTS, holes: 150 },
  { events: [aUsage()], holes: 0 },
  {
    events: [aSubscription({ charges: [aCharge({ charge_model: 'telepathic' })] }), aUsage()],
    holes: 0,
  },
  { events: [...EVENTS, aWallet({ id: 'wallet-yen', currency: 'JPY' })], holes: 0 },
];

/** Always the same ones, so that a seed of the requests is enough to see a failure again. */
const generated = (): readonly Told[] =>
  fc
    .sample(fc.array(arbitraryEvent({ customers: 1 }), { minLength: 4, maxLength: 40 }), {
      seed: 20_261_123,
      numRuns: 60,
    })
    .map((events) => ({ events, holes: 0 }));

function record(ref: CustomerRef, customer: CustomerId, { events, holes }: Told): RecordChange {
  const own = events.map((event) => ({
    ...event,
    organization_id: ORGANIZATION,
    customer_id: customer,
  }));
  const stored = storedCustomer(ref, own, holes);
  return { ref, ...stored, expected: '', set: new Map(), remove: [] };
}
