import { parseLine, type Decoded } from '@portal/contracts';
import { EVENT_TYPES, type Family } from '@portal/projection';

/** Plain JSON as a producer would write it, through the NDJSON form; `patch` replaces fields by dotted path. */
export const ID = '0A000000-0000-4000-8000-00000000000F';

export const PAYLOADS: Record<Family, Record<string, unknown>> = {
  customers: { customer: { version: 1, external_id: 'acme', name: 'Acme' } },
  subscriptions: {
    subscription: {
      id: ID,
      external_id: 'sub-1',
      version: 1,
      status: 'active',
      created_at: '2026-01-01T00:00:00Z',
      plan: { code: 'pro', name: 'Pro', interval: 'monthly', amount_cents: 4900, currency: 'EUR' },
    },
  },
  invoices: {
    invoice: {
      id: 'i-1',
      version: 1,
      number: 'A-1',
      status: 'finalized',
      currency: 'EUR',
      total_cents: 100,
    },
  },
  usage: { usage: { metric_code: 'api_calls', timestamp: '2026-11-10T12:00:00Z' } },
  wallets: {
    wallet: {
      id: 'w-1',
      version: 1,
      status: 'active',
      currency: 'EUR',
      balance_cents: 5,
      created_at: '2026-01-01T00:00:00Z',
    },
  },
};

export function valueOf(
  family: Family,
  patch: Record<string, unknown> = {},
): Record<string, unknown> {
  const value = structuredClone({
    event_id: 'e-1',
    event_type: EVENT_TYPES[family][0],
    occurred_at: '2026-11-10T12:00:00Z',
    organization_id: ID,
    customer_id: ID,
    source: 'billing',
    ...PAYLOADS[family],
  }) as Record<string, unknown>;
  for (const [path, replacement] of Object.entries(patch)) {
    const names = path.split('.');
    const last = names.pop()!;
    let target = value;
    for (const name of names) target = target[name] as Record<string, unknown>;
    target[last] = replacement;
  }
  return value;
}

export function decode(family: Family, value: unknown, timestamp?: number): Decoded {
  const parsed = parseLine(JSON.stringify({ topic: family, value, timestamp }));
  if (parsed.kind !== 'record') throw new Error(parsed.error.reason);
  return parsed.record.decoded;
}

export const CHARGE = {
  id: 'c',
  metric_code: 'm',
  metric_name: 'M',
  aggregation: 'sum',
  charge_model: 'standard',
};
export const charge = (fields: object): Record<string, unknown> => ({
  'subscription.charges': [CHARGE, { ...CHARGE, ...fields }],
});
