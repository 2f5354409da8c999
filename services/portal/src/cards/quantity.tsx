import type { FeatureDetails, UsageProgress } from '@portal/projection';
import { dateText, decimalText, percentText, type Place } from '../format.ts';
import { Forecast } from './forecast.tsx';
import { Reason } from './reason.tsx';
import { Value } from './value.tsx';

/** From here on the bar warns. */
const CLOSE_TO_LIMIT_PERCENT = 85;

interface Props {
  readonly feature: UsageProgress;
  readonly details: FeatureDetails | undefined;
  readonly reason: string | null;
  /** When the subscription ends, as far as that is known. */
  readonly endsAt: string | null;
  readonly place: Place;
}

/** What is used of a limit: a bar, how far beyond it, when it resets, how long it lasts. */
export function Quantity({ feature, details, reason, endsAt, place }: Props) {
  const { locale } = place;
  const { current_usage: used, usage_percentage: capped, entitlement_value: limit } = feature;
  if (used === null || capped === null) {
    return (
      <>
        <p class="feature-line">
          <span>{feature.feature_name}</span>
          <span class="feature-value">Not available</span>
        </p>
        {reason !== null && <Reason reason={reason} />}
      </>
    );
  }
  const label = `feature-${feature.feature_code}`;
  const percent = percentText(details?.usage_percentage ?? capped, locale);
  const over = overText(details, locale);
  const resetsAt = resetOf(details, endsAt);
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
        value={capped}
        aria-labelledby={label}
        aria-valuetext={[amounts, percent, ...(over === null ? [] : [over])].join(', ')}
        data-level={level(capped)}
      >
        {percent}
      </progress>
      <p class="feature-foot">
        <span class="muted">
          <span lang={locale}>{percent}</span>
          {resetsAt !== null && (
            <>
              {' · resets on '}
              <time dateTime={resetsAt} lang={locale}>
                {dateText(resetsAt, place)}
              </time>
            </>
          )}
        </span>
        {capped >= 100 && (
          <span class={over === null ? 'tag tag-warn' : 'tag tag-bad'}>{over ?? 'All used'}</span>
        )}
      </p>
      {details?.runway != null && (
        <Forecast
          runway={details.runway}
          what="At this pace all of it is used"
          periodEnd={resetsAt ?? endsAt}
          place={place}
        />
      )}
    </>
  );
}

interface ElsewhereProps {
  readonly feature: FeatureDetails;
  readonly subscription: string;
  readonly locale: string;
}

/** The same feature of another subscription, which has a limit of its own. */
export function QuantityElsewhere({ feature, subscription, locale }: ElsewhereProps) {
  const { current_usage: used, usage_percentage, entitlement_value: limit } = feature;
  return (
    <p class="feature-foot muted">
      <span>Also in {subscription}</span>
      <span lang={locale}>
        {used === null || usage_percentage === null
          ? 'Not available'
          : `${decimalText(used, locale)} of ${decimalText(limit, locale)}, ${percentText(usage_percentage, locale)}`}
      </span>
    </p>
  );
}

/** What ends before it starts anew does not. */
function resetOf(details: FeatureDetails | undefined, endsAt: string | null): string | null {
  const resetsAt = details?.resets_at ?? null;
  if (resetsAt === null || endsAt === null) return resetsAt;
  return Date.parse(endsAt) <= Date.parse(resetsAt) ? null : resetsAt;
}

function overText(details: FeatureDetails | undefined, locale: string): string | null {
  const overage = details?.overage ?? '0';
  return overage === '0' ? null : `${decimalText(overage, locale)} over the limit`;
}

function level(percentage: number): 'ok' | 'close' | 'full' {
  if (percentage >= 100) return 'full';
  return percentage >= CLOSE_TO_LIMIT_PERCENT ? 'close' : 'ok';
}
