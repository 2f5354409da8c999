import { type Dashboard, type Feature, type UsageProgress } from '../api.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Place } from '../speech/speech.ts';
import { Card, Empty } from './card.tsx';
import { Quantity, QuantityElsewhere } from './quantity.tsx';

interface Props {
  readonly dashboard: Dashboard;
  readonly place: Place;
}

export function UsageCard({ dashboard, place }: Props) {
  const { usage_progress } = dashboard;
  return (
    <Card id="usage" title={place.say('usage.title')}>
      {usage_progress.length === 0 && <Empty>{place.say('usage.none')}</Empty>}
      <ul class="rows">
        {usage_progress.map((feature) => (
          <li class="feature" key={feature.feature_code}>
            {feature.feature_type === 'quantity' ? (
              <Quantities feature={feature} dashboard={dashboard} place={place} />
            ) : (
              <p class="feature-line">
                <span>
                  <Foreign text={feature.feature_name} speech={place} />
                </span>
                <span class="feature-value">
                  <Entitlement feature={feature} place={place} />
                </span>
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface QuantitiesProps extends Props {
  readonly feature: UsageProgress;
}

/** The row of the default answer, and the same feature of further subscriptions below it. */
function Quantities({ feature, dashboard, place }: QuantitiesProps) {
  const { features, subscriptions, unavailable } = dashboard.details;
  const [first, ...others] = features.filter((one) => one.feature_code === feature.feature_code);
  const reason = unavailable.find((line) => line.feature_code === feature.feature_code)?.reason;
  const subscriptionOf = (one: Feature | undefined) =>
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
          speech={place}
        />
      ))}
    </>
  );
}

function Entitlement({ feature, place }: Omit<QuantitiesProps, 'dashboard'>) {
  const { feature_type, entitlement_value: value } = feature;
  if (feature_type !== 'boolean') return <Foreign text={value} speech={place} />;
  return <>{place.say(value === 'true' ? 'usage.included' : 'usage.notIncluded')}</>;
}
