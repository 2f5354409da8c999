import { parseIso } from '@portal/billing';
import { PARKED_CODES, type ParkedCode } from '@portal/contracts';
import { type CustomerRef, FAMILIES, type Family, parseCustomerRef } from '@portal/projection';
import { type ParkedRecord, type Storm } from '@portal/stores';

/** As they are written on the command line. */
export interface FilterOptions {
  readonly code?: string;
  readonly family?: string;
  readonly customer?: string;
  readonly since?: string;
  readonly until?: string;
}

/** null: any. */
export interface ParkedFilter {
  readonly code: ParkedCode | null;
  readonly family: Family | null;
  readonly customer: CustomerRef | null;
  /** Seen at that time or later, and at that time or earlier; epoch milliseconds. */
  readonly since: number | null;
  readonly until: number | null;
}

/** What the options ask for, or what is wrong with them. */
export function filterOf(options: FilterOptions): ParkedFilter | string {
  const code = PARKED_CODES.find((one) => one === options.code) ?? null;
  if (options.code !== undefined && code === null) {
    return `--code takes one of ${PARKED_CODES.join(', ')}`;
  }
  const family = FAMILIES.find((one) => one === options.family) ?? null;
  if (options.family !== undefined && family === null) {
    return `--family takes one of ${FAMILIES.join(', ')}`;
  }
  const customer = options.customer === undefined ? null : parseCustomerRef(options.customer);
  if (options.customer !== undefined && customer === null) {
    return '--customer takes the ids of an organization and a customer: UUID:UUID';
  }
  const [since, until] = [millisOf(options.since), millisOf(options.until)];
  if (Number.isNaN(since) || Number.isNaN(until)) {
    return '--since and --until take an instant with a zone, such as 2026-11-23T10:00:00Z';
  }
  if (since !== null && until !== null && until < since) return '--until lies before --since';
  return { code, family, customer, since, until };
}

/** NaN when it is no instant. */
function millisOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const instant = parseIso(text);
  return instant === null ? Number.NaN : instant / 1_000;
}

export const isAsked = (filter: ParkedFilter, record: ParkedRecord): boolean =>
  isOfAskedKind(filter, record) && (filter.customer === null || record.ref === filter.customer);

/** Storms name no customers: any may be among them, so none is passed over for that. */
export const isOfAskedKind = (filter: ParkedFilter, one: ParkedRecord | Storm): boolean =>
  (filter.code === null || one.code === filter.code) &&
  (filter.family === null || one.family === filter.family) &&
  (filter.since === null || one.lastSeen >= filter.since) &&
  (filter.until === null || one.firstSeen <= filter.until);

export const asksForAll = (filter: ParkedFilter): boolean =>
  Object.values(filter).every((value) => value === null);
