import type { Runway } from '@portal/projection';
import { dateText, type Place } from '../format.ts';

interface Props {
  readonly runway: Runway;
  /** `At this pace, all of it is used`: what happens then. */
  readonly what: string;
  /** The usage starts anew or stops: a later date would never come. */
  readonly periodEnd: string | null;
  readonly place: Place;
}

/** When something runs out, and on request how that was estimated. */
export function Forecast({ runway, what, periodEnd, place }: Props) {
  return (
    <details class="forecast">
      <summary>
        {what} <When runway={runway} periodEnd={periodEnd} place={place} />
      </summary>
      <p class="fine">
        This is an estimate, not a promise: it goes on from the newest usage{' '}
        {runway.basis.map((basis) => BASES[basis]).join(', and ')}. It changes when there is new
        usage.
      </p>
    </details>
  );
}

const BASES: Readonly<Record<Runway['basis'][number], string>> = {
  period_to_date: 'at the average pace of this period so far',
  previous_period: 'at the average pace of the period before',
};

function When({ runway, periodEnd, place }: Omit<Props, 'what'>) {
  const day = (instant: string) => <span lang={place.locale}>{dateText(instant, place)}</span>;
  const { earliest, latest } = runway;
  if (periodEnd !== null && Date.parse(latest) >= Date.parse(periodEnd)) {
    return <>on {day(earliest)} at the earliest, if at all in this period</>;
  }
  if (dateText(earliest, place) === dateText(latest, place)) return <>around {day(earliest)}</>;
  return (
    <>
      between {day(earliest)} and {day(latest)}
    </>
  );
}
