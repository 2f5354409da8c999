import { cents } from '@portal/billing';
import type {
  ChargeDetails,
  DashboardSummary,
  Details,
  FeatureDetails,
  Runway,
  StatusReason,
  SubscriptionDetails,
  WalletDetails,
} from '@portal/projection';

/** The body as the server makes it: the page must be able to show each. */
export type ServerAnswer = DashboardSummary & {
  readonly details: Details;
  readonly meta: { readonly status: string; readonly reasons: readonly StatusReason[] };
};

type Part = ChargeDetails['parts'][number];
type Step = Part['steps'][number];

export const NO_DETAILS: Details = {
  customer: { locale: null, timezone: 'Europe/Paris' },
  subscriptions: [],
  features: [],
  totals_by_currency: [],
  overdue: [],
  wallets: [],
  expiring_credits: [],
  unavailable: [],
  conflicts: [],
  ledger_from: null,
};

export const unitsStep = (
  range: number | null,
  quantity: string,
  price: string,
  amount: string,
): Step => ({ kind: 'units', range, quantity, price, amount });

export const part = (
  filter: string | null,
  units: string,
  amount: string,
  steps: readonly Step[],
): Part => ({ filter, units, events: 40, amount, reason: null, steps });

export const chargeOf = (
  code: string,
  name: string,
  model: string,
  priced: Pick<ChargeDetails, 'units' | 'amount' | 'parts'> & Partial<ChargeDetails>,
): ChargeDetails => ({
  charge_id: code,
  metric_code: code,
  metric_name: name,
  charge_model: model,
  aggregation: 'sum',
  recurring: false,
  events: 170,
  reason: null,
  true_up: '0',
  ...priced,
});

export const subscriptionOf = (
  id: string,
  externalId: string,
  more: Pick<SubscriptionDetails, 'current_period'> & Partial<SubscriptionDetails>,
): SubscriptionDetails => ({
  subscription_id: id,
  subscription_external_id: externalId,
  status: 'active',
  timezone: 'Europe/Paris',
  trial_ends_at: null,
  in_trial: false,
  ends_at: null,
  pending_plan: null,
  charges: [],
  minimum_commitment: null,
  previous_period: null,
  ...more,
});

export const featureOf = (
  subscription: string,
  name: string,
  code: string,
  limit: string,
  used: Pick<FeatureDetails, 'current_usage' | 'usage_percentage'> & Partial<FeatureDetails>,
): FeatureDetails => ({
  subscription_id: subscription,
  feature_code: code,
  feature_name: name,
  feature_type: 'quantity',
  entitlement_value: limit,
  overage: '0',
  recurring: false,
  resets_at: null,
  runway: null,
  ...used,
});

export const runwayOf = (earliest: string, latest: string): Runway => ({
  method: 'linear',
  basis: ['period_to_date', 'previous_period'],
  earliest,
  latest,
});

export const walletOf = (
  id: string,
  name: string,
  balance: number,
  priority: number,
  expires: string | null,
): WalletDetails => ({
  wallet_id: id,
  name,
  currency: 'EUR',
  balance_cents: cents(balance),
  priority,
  expires_at: expires,
});

/** Graduated: 100,000 calls free, the others at 0.012 cents. */
export const apiCalls = (used: boolean): ChargeDetails => {
  const [units, amount] = used ? ['372418', '3269.016'] : ['0', '0'];
  const free = unitsStep(0, used ? '100000' : '0', '0', '0');
  const charged = unitsStep(1, '272418', '0.012', '3269.016');
  const flat: Step = { kind: 'flat', range: 1, quantity: null, price: null, amount: '0' };
  const steps = used ? [free, charged, flat] : [free];
  const parts = [part(null, units, amount, steps)];
  return chargeOf('api_calls', 'API calls', 'graduated', { units: units, amount: amount, parts });
};

/** By size of the machine, and at least 34.73 a month. */
export const computeMinutes = (used: boolean): ChargeDetails => {
  const large = part('Large', '300.5', '751.25', [unitsStep(null, '300.5', '2.5', '751.25')]);
  const other = part(null, '5120', '2560', [unitsStep(null, '5120', '0.5', '2560')]);
  const unused = part(null, '0', '0', [unitsStep(null, '0', '0.5', '0')]);
  return chargeOf('compute_minutes', 'Compute minutes', 'standard', {
    units: used ? '5420.5' : '0',
    amount: '3473',
    parts: used ? [large, other] : [unused],
    true_up: used ? '161.75' : '3473',
  });
};
