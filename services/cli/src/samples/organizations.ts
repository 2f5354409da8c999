import { type Entitlement } from '@portal/projection';
import { uuidOf } from './chance.ts';
import { type Organization } from './story.ts';

/** Sells a developer platform. */
export const CUMULUS: Organization = {
  id: uuidOf('organization/Cumulus Bay'),
  source: 'cumulus-bay/billing',
  versions: 'row',
};

/** Sells shipping software. */
export const PARCELO: Organization = {
  id: uuidOf('organization/Parcelo'),
  source: 'parcelo/billing',
  versions: 'updated_at',
};

const FEATURES = {
  api_calls: 'API calls',
  compute_minutes: 'Compute minutes',
  storage_gb: 'Storage (GB)',
  emails_sent: 'E-mails',
  seats: 'Seats',
  parcels: 'Parcels',
  sms_messages: 'SMS notifications',
  pallets: 'Pallet places',
  route_km: 'Routed kilometres',
  drivers: 'Drivers',
  seats_booked: 'Seats booked',
  collaborators: 'Collaborators',
} as const;

export const quantity = (feature: keyof typeof FEATURES, value: number): Entitlement => ({
  feature_code: feature,
  feature_name: FEATURES[feature],
  feature_type: 'quantity',
  value: String(value),
});

export const included = (code: string, name: string, value = true): Entitlement => ({
  feature_code: code,
  feature_name: name,
  feature_type: 'boolean',
  value: String(value),
});

export const described = (code: string, name: string, value: string): Entitlement => ({
  feature_code: code,
  feature_name: name,
  feature_type: 'custom',
  value,
});
