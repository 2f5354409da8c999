import type { UsageProgress } from '@portal/projection';
import { type Dashboard } from '../api.ts';
import { decimalText, isAbove, percentText } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

export function UsageCard({
  dashboard,
  locale,
}: {
  readonly dashboard: Dashboard;
  readonly locale: string;
}) {
  return (
    <Card id="usage" title="Usage this period">
      {dashboard.usage_progress.length === 0 && <Empty>No feature is included.</Empty>}
      <ul class="rows">
        {dashboard.usage_progress.map((feature) => (
          <li class="feature" key={feature.feature_code}>
            {feature.feature_type === 'quantity' ? (
              <Quantity feature={feature} locale={locale} />
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

function entitlementText(feature: UsageProgress): string {
  if (feature.feature_type === 'custom') return feature.entitlement_value;
  return feature.entitlement_value === 'true' ? 'Included' : 'Not included';
}

/** From here on the bar warns. */
const CLOSE_TO_LIMIT_PERCENT = 85;

function Quantity({
  feature,
  locale,
}: {
  readonly feature: UsageProgress;
  readonly locale: string;
}) {
  const { current_usage: used, usage_percentage: percentage, entitlement_value: limit } = feature;
  if (used === null || percentage === null) {
    return (
      <p class="feature-line">
        <span>{feature.feature_name}</span>
        <span class="feature-value">Not available</span>
      </p>
    );
  }
  const label = `feature-${feature.feature_code}`;
  const over = isAbove(used, limit);
  const amounts = `${decimalText(used, locale)} of ${decimalText(limit, locale)}`;
  return (
    <>
      <p class="feature-line">
        <span id={label}>{feature.feature_name}</span>
        <Value card="usage" row={feature.feature_code} field="current_usage" lang={locale}>
          {amounts}
        </Value>
      </p>
      <progress
        max={100}
        value={percentage}
        aria-labelledby={label}
        aria-valuetext={`${amounts}, ${percentText(percentage, locale)}`}
        data-level={level(percentage)}
      >
        {percentText(percentage, locale)}
      </progress>
      <p class="feature-foot">
        <span class="muted" lang={locale}>
          {percentText(percentage, locale)}
        </span>
        {percentage >= 100 && (
          <span class="tag tag-warn">{over ? 'Over the included amount' : 'All used'}</span>
        )}
      </p>
    </>
  );
}

function level(percentage: number): 'ok' | 'close' | 'full' {
  if (percentage >= 100) return 'full';
  return percentage >= CLOSE_TO_LIMIT_PERCENT ? 'close' : 'ok';
}
