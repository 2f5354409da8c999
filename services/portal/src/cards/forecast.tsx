import { type ComponentChild } from 'preact';
import { type Runway } from '../api.ts';
import { dateText } from '../format.ts';
import { type Place } from '../speech/speech.ts';

/** What runs out: what a limit allows, the wallets, or the wallets of one currency among several. */
export type RunsOut =
  /** `until`: the usage starts anew or stops, so that a later date would never come. */
  | { readonly kind: 'usage'; readonly until: string | null }
  | { readonly kind: 'wallet' }
  | { readonly kind: 'currency'; readonly currency: string };

interface Props {
  readonly runway: Runway;
  readonly what: RunsOut;
  readonly place: Place;
}

/** When something runs out, and on request how that was estimated. */
export const Forecast = ({ runway, what, place }: Props) => (
  <details class="forecast">
    <summary>{forecast(runway, what, place)}</summary>
    <p class="fine">{place.say(basisOf(runway))}</p>
  </details>
);

function forecast(runway: Runway, what: RunsOut, place: Place): ComponentChild {
  const [earliest, latest] = [dateText(runway.earliest, place), dateText(runway.latest, place)];
  const isDay = earliest === latest;
  switch (what.kind) {
    case 'usage':
      if (what.until !== null && Date.parse(runway.latest) >= Date.parse(what.until)) {
        return place.show('forecast.usageEarliest', { date: earliest });
      }
      return isDay
        ? place.show('forecast.usageAround', { date: earliest })
        : place.show('forecast.usageBetween', { earliest, latest });
    case 'wallet':
      return isDay
        ? place.show('forecast.walletAround', { date: earliest })
        : place.show('forecast.walletBetween', { earliest, latest });
    case 'currency': {
      const { currency } = what;
      return isDay
        ? place.show('forecast.currencyAround', { currency, date: earliest })
        : place.show('forecast.currencyBetween', { currency, earliest, latest });
    }
    default:
      return what satisfies never;
  }
}

function basisOf({ basis }: Runway) {
  if (basis.length > 1) return 'forecast.basisBoth';
  return basis[0] === 'previous_period' ? 'forecast.basisPrevious' : 'forecast.basisPeriod';
}
