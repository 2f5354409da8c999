/** Ids are lower-case UUIDs, parsed once at the edge (contracts) and trusted inside. */
export type OrganizationId = string & { readonly __brand: 'OrganizationId' };
export type CustomerId = string & { readonly __brand: 'CustomerId' };

/** `organization:customer`: names one customer everywhere, so no key can lack its tenant. */
export type CustomerRef = string & { readonly __brand: 'CustomerRef' };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function parseUuid(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null;
}

export const customerRef = (organization: OrganizationId, customer: CustomerId): CustomerRef =>
  `${organization}:${customer}` as CustomerRef;

export const organizationIdOf = (ref: CustomerRef): OrganizationId =>
  ref.slice(0, ref.indexOf(':')) as OrganizationId;

export const customerIdOf = (ref: CustomerRef): CustomerId =>
  ref.slice(ref.indexOf(':') + 1) as CustomerId;

/** Reads a message key or a command's argument; null when it is not `uuid:uuid`. */
export function parseCustomerRef(text: string): CustomerRef | null {
  const [organization, customer, ...rest] = text.split(':');
  if (organization === undefined || customer === undefined || rest.length > 0) return null;
  const parsed = [parseUuid(organization), parseUuid(customer)];
  return parsed.includes(null) ? null : (parsed.join(':') as CustomerRef);
}
