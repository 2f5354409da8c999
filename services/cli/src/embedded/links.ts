import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import { signPortalToken } from '@portal/contracts';
import {
  type CustomerId,
  customerIdOf,
  customerRef,
  type CustomerRef,
  type OrganizationId,
  organizationIdOf,
} from '@portal/projection';
import { sampleCustomers } from '../samples/index.ts';
import { type SeenCustomer } from './customers.ts';

/** A customer with a token that opens its dashboard. */
export interface CustomerLink {
  readonly name: string;
  readonly description: string;
  readonly organization_id: string;
  readonly customer_id: string;
  readonly locale: string;
  readonly timezone: string;
  readonly currency: string;
  readonly token: string;
}

/** How long a link works. Where others can reach the server, what leaks must not open a dashboard for a year. */
const LIFETIME = { loopback: 365 * MICROS_PER_DAY, network: MICROS_PER_DAY / 2 } as const;

/** Links of the sample customers in their order, then of every other customer that was seen. */
export function linksOf(
  secret: string,
  now: Micros,
  samplesAt: Micros | null,
  seen: readonly SeenCustomer[],
  reach: keyof typeof LIFETIME,
): readonly CustomerLink[] {
  const sign = (ref: CustomerRef): string =>
    signPortalToken(secret, {
      organizationId: organizationIdOf(ref),
      customerId: customerIdOf(ref),
      expiresAt: (now + LIFETIME[reach]) as Micros,
    });
  const samples = samplesAt === null ? [] : sampleCustomers(samplesAt);
  const known = new Map(
    samples.map((sample) => {
      const { organization_id, customer_id } = sample;
      const ref = customerRef(organization_id as OrganizationId, customer_id as CustomerId);
      return [ref, { ...sample, token: sign(ref) }];
    }),
  );
  const others = seen
    .filter(({ ref }) => !known.has(ref))
    .map((customer): CustomerLink => {
      const customer_id = customerIdOf(customer.ref);
      return {
        name: customer.name ?? customer_id,
        description: 'from your events',
        organization_id: organizationIdOf(customer.ref),
        customer_id,
        locale: customer.locale ?? 'en',
        timezone: customer.timezone ?? 'UTC',
        currency: customer.currency ?? '',
        token: sign(customer.ref),
      };
    });
  return [...known.values(), ...others];
}
