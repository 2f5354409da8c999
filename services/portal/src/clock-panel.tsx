import {
  type Clock,
  daysFromNow,
  EARLIEST_DAYS,
  fromFieldValue,
  LATEST_DAYS,
  NOW,
  toFieldValue,
  movedBy,
} from './clock.ts';
import { dateText, dayCountText, daysText, decimalText, instantText } from './format.ts';
import { type Place } from './speech/speech.ts';

interface Props {
  readonly clock: Clock;
  /** The server's now, milliseconds. */
  readonly now: number;
  readonly frozen: boolean;
  readonly place: Place;
  readonly busy: boolean;
  readonly onMove: (clock: Clock) => void;
}

/** Moves the clock the dashboard is read at: a slider for days, a field for an exact time. */
export function ClockPanel({ clock, now, frozen, place, busy, onMove }: Props) {
  const instant = clock.kind === 'now' ? now : clock.instant;
  const days = daysFromNow(clock, now);
  const { say, locale } = place;
  const distance = daysText(days, locale);
  return (
    <section class="clock" aria-labelledby="clock-title" data-moved={clock.kind === 'at'}>
      <div class="clock-inner">
        <div class="clock-head">
          <h2 id="clock-title">{say('clock.title')}</h2>
          <p class="clock-reading">
            <time dateTime={new Date(instant).toISOString()}>{instantText(instant, place)}</time>
            <span class="pill">{stateText(clock, days, frozen, place)}</span>
            <span class="busy" data-on={busy} aria-hidden="true" />
          </p>
        </div>
        <div class="clock-exact">
          <label for="clock-exact">{say('clock.exact')}</label>
          <input
            id="clock-exact"
            type="datetime-local"
            value={toFieldValue(instant)}
            onChange={(event) => {
              const moved = fromFieldValue(event.currentTarget.value);
              if (moved !== null) onMove(moved);
            }}
          />
          <button
            type="button"
            class="button"
            disabled={clock.kind === 'now'}
            onClick={() => {
              onMove(NOW);
            }}
          >
            {say('clock.back')}
          </button>
        </div>
        <div class="clock-slider">
          <label for="clock-days" class="visually-hidden">
            {say('clock.days')}
          </label>
          <input
            id="clock-days"
            type="range"
            min={EARLIEST_DAYS}
            max={LATEST_DAYS}
            step={1}
            value={days}
            aria-valuetext={say('clock.moved', { distance, date: dateText(instant, place) })}
            onInput={(event) => {
              onMove(movedBy(event.currentTarget.valueAsNumber, now));
            }}
          />
          <div class="clock-scale" aria-hidden="true">
            <span>{say('clock.now')}</span>
            <span>{dayCountText(100, locale)}</span>
            <span>{decimalText('200', locale)}</span>
            <span>{decimalText('300', locale)}</span>
            <span>{decimalText('400', locale)}</span>
          </div>
        </div>
      </div>
    </section>
  );
}

function stateText(clock: Clock, days: number, frozen: boolean, { say, locale }: Place): string {
  if (clock.kind === 'at') return days === 0 ? say('clock.sameDay') : daysText(days, locale);
  return say(frozen ? 'clock.frozen' : 'clock.now');
}
