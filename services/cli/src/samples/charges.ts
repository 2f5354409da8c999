import { uuidOf } from './chance.ts';
import { type WireCharge, type WireProperties } from './wire.ts';

/** What each metric is called, and how its events become units. */
const METRICS = {
  api_calls: { metric_name: 'API calls', aggregation: 'sum' },
  compute_minutes: { metric_name: 'Compute minutes', aggregation: 'sum' },
  storage_gb: { metric_name: 'Storage, GB at the peak', aggregation: 'max' },
  emails_sent: { metric_name: 'E-mails sent', aggregation: 'count' },
  seats: { metric_name: 'Seats in use', aggregation: 'max' },
  parcels: { metric_name: 'Parcels shipped', aggregation: 'count' },
  sms_messages: { metric_name: 'SMS notifications', aggregation: 'sum' },
  pallets: { metric_name: 'Pallets stored at the peak', aggregation: 'max' },
  route_km: { metric_name: 'Routed kilometres', aggregation: 'sum' },
  drivers: { metric_name: 'Drivers on the road', aggregation: 'unique_count' },
  trucks: { metric_name: 'Trucks, on average', aggregation: 'weighted_sum' },
  seats_booked: { metric_name: 'Seats booked', aggregation: 'sum' },
  build_agents: {
    metric_name: 'Build agents, on average',
    aggregation: 'weighted_sum',
  },
  collaborators: { metric_name: 'Collaborators', aggregation: 'unique_count' },
  card_payments: { metric_name: 'Card payments', aggregation: 'sum' },
} as const;
export type Metric = keyof typeof METRICS;

type Extras = Partial<
  Pick<
    WireCharge,
    | 'recurring'
    | 'filters'
    | 'min_amount_cents'
    | 'rounding_function'
    | 'rounding_precision'
    | 'unmatched_usage'
  >
>;

/** A charge on one of the metrics. `owner` (the plan's code) keeps its id apart from other plans'. */
export function charge(
  owner: string,
  metric: Metric,
  model: string,
  properties: WireProperties,
  extras: Extras = {},
): WireCharge {
  return {
    id: uuidOf(`charge/${owner}/${metric}`),
    metric_code: metric,
    ...METRICS[metric],
    charge_model: model,
    properties,
    ...extras,
  };
}

/** `[upTo, unit price, flat]` rows as the ranges of a graduated or volume charge. */
export const ranges = (
  rows: readonly (readonly [upTo: number | null, perUnit: string, flat?: string])[],
): readonly WireProperties[] =>
  rows.map(([upTo, perUnit, flat = '0'], index) => ({
    from_value: index === 0 ? 0 : (rows[index - 1]?.[0] ?? 0) + 1,
    to_value: upTo,
    per_unit_amount: perUnit,
    flat_amount: flat,
  }));
