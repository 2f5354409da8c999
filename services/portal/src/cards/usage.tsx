import type { FeatureDetails, UsageProgress } from '@portal/projection';
import { type Dashboard } from '../api.ts';
import { type Place } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Quantity, QuantityElsewhere } from './quantity.tsx';

interface Props {
  readonly dashboard: Dashboard;
  readonly place: Place;
}

export function UsageCard({ dashboard, place }: Props) {
  const { usage_progress } = dashboard;
  return (
    <Card id="usage" title="Usage this period">
      {usage_progress.length === 0 && <Empty>No feature is included.</Empty>}
      <ul class="rows">
        {usage_progress.map((feature) => (
          <li class="feature" key={feature.feature_code}>
            {feature.feature_type === 'quantity' ? (
              <Quantities feature={feature} dashboard={dashboard} place={place} />
            ) : (
              <p class="feature-line">
                <span>{feature.feature_name}</span>
                <span class="feature-value">{entitlementText(feature)}</span>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** The row of the default answer, and the same feature of further subscriptions below it. */
function Quantities({ feature, dashboard, place }: Props & { readonly feature: UsageProgress }) {
  const { features, subscriptions, unavailable } = dashboard.details;
  const [first, ...others] = features.filter((one) => one.feature_code === feature.feature_code);
  const reason = unavailable.find((line) => line.feature_code === feature.feature_code)?.reason;
  const subscriptionOf = (one: FeatureDetails | undefined) =>
    subscriptions.find(({ subscription_id }) => subscription_id === one?.subscription_id);
  const own = subscriptionOf(first);
  return (
    <>
      <Quantity
        feature={feature}
        details={first}
        reason={reason ?? null}
        endsAt={own?.ends_at ?? null}
        place={{ ...place, timezone: own?.timezone ?? place.timezone }}
      />
      {others.map((other) => (
        <QuantityElsewhere
          key={other.subscription_id}
          feature={other}
          subscription={subscriptionOf(other)?.subscription_external_id ?? ''}
          locale={place.locale}
        />
      ))}
    </>
  );
}

function entitlementText(feature: UsageProgress): string {
  if (feature.feature_type === 'custom') return feature.entitlement_value;
  return feature.entitlement_value === 'true' ? 'Included' : 'Not included';
}
