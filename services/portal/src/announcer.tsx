import { type Clock } from './clock.ts';
import { dateText, type Place } from './format.ts';
import { type Shown } from './use-dashboard.ts';

interface Props {
  readonly shown: Shown;
  readonly clock: Clock;
  readonly place: Place;
}

/** Says what changed to those who do not see it, after each answer and without interrupting. */
export function Announcer({ shown, clock, place }: Props) {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text(shown, clock, place)}
    </div>
  );
}

function text(shown: Shown, clock: Clock, place: Place): string {
  if (shown.kind === 'loading') return 'Loading the dashboard.';
  if (shown.kind === 'problem') return '';
  const when = clock.kind === 'at' ? `Shown as of ${dateText(clock.instant, place)}. ` : '';
  if (shown.answer === 1) return `${when}Dashboard loaded.`;
  return shown.changedCards.length === 0
    ? `${when}Nothing changed.`
    : `${when}Changed: ${shown.changedCards.join(', ')}.`;
}
