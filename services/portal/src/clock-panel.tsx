import {
  type Clock,
  daysFromNow,
  EARLIEST_DAYS,
  fromFieldValue,
  LATEST_DAYS,
  NOW,
  toFieldValue,
  turnedBy,
} from './clock.ts';
import { dateText, daysText, instantText, type Place } from './format.ts';

interface Props {
  readonly clock: Clock;
  /** The server's now, milliseconds. */
  readonly now: number;
  readonly frozen: boolean;
  readonly place: Place;
  readonly busy: boolean;
  readonly onTurn: (clock: Clock) => void;
}

/** Turns the clock the dashboard is read at: a slider for days, a field for an exact time. */
export function ClockPanel({ clock, now, frozen, place, busy, onTurn }: Props) {
  const instant = clock.kind === 'now' ? now : clock.instant;
  const days = daysFromNow(clock, now);
  const turnedDay = dateText(instant, place);
  return (
    <section class="clock" aria-labelledby="clock-title" data-turned={clock.kind === 'at'}>
      <div class="clock-inner">
        <div class="clock-head">
          <h2 id="clock-title">Clock</h2>
          <p class="clock-reading">
            <time dateTime={new Date(instant).toISOString()} lang={place.locale}>
              {instantText(instant, place)}
            </time>
            <span class="pill">{stateText(clock, days, frozen)}</span>
            <span class="busy" data-on={busy} aria-hidden="true" />
          </p>
        </div>
        <div class="clock-exact">
          <label for="clock-exact">Exact time, in your zone</label>
          <input
            id="clock-exact"
            type="datetime-local"
            value={toFieldValue(instant)}
            onChange={(event) => {
              const turned = fromFieldValue(event.currentTarget.value);
              if (turned !== null) onTurn(turned);
            }}
          />
          <button
            type="button"
            class="button"
            disabled={clock.kind === 'now'}
            onClick={() => {
              onTurn(NOW);
            }}
          >
            Back to now
          </button>
        </div>
        <div class="clock-slider">
          <label for="clock-days" class="visually-hidden">
            Days from now
          </label>
          <input
            id="clock-days"
            type="range"
            min={EARLIEST_DAYS}
            max={LATEST_DAYS}
            step={1}
            value={days}
            aria-valuetext={`${daysText(days)}, ${turnedDay}`}
            onInput={(event) => {
              onTurn(turnedBy(event.currentTarget.valueAsNumber, now));
            }}
          />
          <div class="clock-scale" aria-hidden="true">
            <span>now</span>
            <span>100 days</span>
            <span>200</span>
            <span>300</span>
            <span>400</span>
          </div>
        </div>
      </div>
    </section>
  );
}

function stateText(clock: Clock, days: number, frozen: boolean): string {
  if (clock.kind === 'at') return days === 0 ? 'same day' : daysText(days);
  return frozen ? 'frozen' : 'now';
}
