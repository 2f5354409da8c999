import { type Feature, type UsageProgress } from '../api.ts';
import { dateText, decimalText, percentText } from '../format.ts';
import { glance, isolated } from '../speech/foreign-text.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Place, type Speech } from '../speech/speech.ts';
import { Forecast } from './forecast.tsx';
import { Reason } from './reason.tsx';
import { Value } from './value.tsx';

/** From here on the bar warns. */
const CLOSE_TO_LIMIT_PERCENT = 85;

interface Props {
  readonly feature: UsageProgress;
  readonly details: Feature | undefined;
  readonly reason: string | null;
  /** When the subscription ends, as far as that is known. */
  readonly endsAt: string | null;
  readonly place: Place;
}

/** What is used of a limit: a bar, how far beyond it, when it resets, how long it lasts. */
export function Quantity({ feature, details, reason, endsAt, place }: Props) {
  const { locale, say, show } = place;
  const { current_usage: used, usage_percentage: capped, feature_name: name } = feature;
  if (used === null || capped === null) {
    return (
      <>
        <p class="feature-line">
          <span>
            <Foreign text={name} speech={place} />
          </span>
          <span class="feature-value">{say('text.unavailable')}</span>
        </p>
        {reason !== null && <Reason reason={reason} speech={place} />}
      </>
    );
  }
  const percent = percentText(details?.usage_percentage ?? capped, locale);
  const over = overageOf(details, locale);
  const resetsAt = resetOf(details, endsAt);
  const amounts = amountsOf(feature, used, locale);
  const heard = { amounts: say('usage.of', amounts), percent };
  const spoken =
    over === null
      ? say('usage.spoken', heard)
      : say('usage.spokenOver', { ...heard, over: say('usage.over', { amount: over }) });
  return (
    <>
      <p class="feature-line">
        <span>
          <Foreign text={name} speech={place} />
        </span>
        <Value card="usage" row={feature.feature_code} field="current_usage">
          {show('usage.of', amounts)}
        </Value>
      </p>
      <Bar name={name} percentage={capped} spoken={spoken} percent={percent} />
      <p class="feature-foot">
        <span class="muted">
          {percent}
          {resetsAt !== null && (
            <>
              {' · '}
              {show('usage.resets', {
                date: <time dateTime={resetsAt}>{dateText(resetsAt, place)}</time>,
              })}
            </>
          )}
          {details?.recurring === true && ` · ${say('usage.carriedOver')}`}
        </span>
        {capped >= 100 && (
          <span class={over === null ? 'tag tag-warn' : 'tag tag-bad'}>
            {over === null ? say('usage.full') : show('usage.over', { amount: over })}
          </span>
        )}
      </p>
      {details?.runway != null && (
        <Forecast
          runway={details.runway}
          what={{ kind: 'usage', until: resetsAt ?? endsAt }}
          place={place}
        />
      )}
    </>
  );
}

interface BarProps {
  readonly name: string;
  /** 0 to 100. */
  readonly percentage: number;
  readonly spoken: string;
  readonly percent: string;
}

const Bar = ({ name, percentage, spoken, percent }: BarProps) => (
  <progress
    max={100}
    value={percentage}
    aria-label={isolated(glance(name))}
    aria-valuetext={spoken}
    data-level={level(percentage)}
  >
    {percent}
  </progress>
);

interface ElsewhereProps {
  readonly feature: Feature;
  readonly subscription: string;
  readonly speech: Speech;
}

/** The same feature of another subscription, which has a limit of its own. */
export function QuantityElsewhere({ feature, subscription, speech }: ElsewhereProps) {
  const { current_usage: used, usage_percentage } = feature;
  const { locale, say, show } = speech;
  return (
    <p class="feature-foot muted">
      <span>
        {show('usage.elsewhere', {
          subscription: <Foreign text={subscription} speech={speech} />,
        })}
      </span>
      <span>
        {used === null || usage_percentage === null
          ? say('text.unavailable')
          : show('usage.spoken', {
              amounts: show('usage.of', amountsOf(feature, used, locale)),
              percent: percentText(usage_percentage, locale),
            })}
      </span>
    </p>
  );
}

type Limited = Pick<UsageProgress, 'entitlement_value'>;

/** What is a limit's value by its type is a number; whoever says otherwise is quoted. */
const amountsOf = ({ entitlement_value: limit }: Limited, used: string, locale: string) => ({
  used: decimalText(used, locale),
  limit: /^\d+(\.\d+)?$/.test(limit) ? decimalText(limit, locale) : limit,
});

/** What ends before it starts anew does not. */
function resetOf(details: Feature | undefined, endsAt: string | null): string | null {
  const resetsAt = details?.resets_at ?? null;
  if (resetsAt === null || endsAt === null) return resetsAt;
  return Date.parse(endsAt) <= Date.parse(resetsAt) ? null : resetsAt;
}

function overageOf(details: Feature | undefined, locale: string): string | null {
  const overage = details?.overage ?? '0';
  return overage === '0' ? null : decimalText(overage, locale);
}

function level(percentage: number): 'ok' | 'close' | 'full' {
  if (percentage >= 100) return 'full';
  return percentage >= CLOSE_TO_LIMIT_PERCENT ? 'close' : 'ok';
}
