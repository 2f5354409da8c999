import { type CardName } from './changes.ts';
import { type Clock } from './clock.ts';
import { dateText, listText } from './format.ts';
import { type Place } from './speech/speech.ts';
import { type Shown } from './use-dashboard.ts';

interface Props {
  readonly shown: Shown;
  readonly clock: Clock;
  readonly place: Place;
}

/** Says what changed to those who do not see it, after each answer and without interrupting. */
export const Announcer = (props: Props) => (
  <div class="visually-hidden" role="status" aria-live="polite">
    {sentences(props).map((sentence) => (
      <p key={sentence}>{sentence}</p>
    ))}
  </div>
);

function sentences({ shown, clock, place }: Props): readonly string[] {
  const { say } = place;
  if (shown.kind === 'loading') return [say('page.loading')];
  if (shown.kind === 'problem') return [];
  const when =
    clock.kind === 'at' ? [say('page.asOf', { date: dateText(clock.instant, place) })] : [];
  if (shown.answer === 1) return [...when, say('page.loaded')];
  return [...when, changeText(shown.changedCards, place)];
}

function changeText(cards: readonly CardName[], { say, locale }: Place): string {
  if (cards.length === 0) return say('page.unchanged');
  const titles = cards.map((card) => say(`${card}.title`));
  return say('page.changed', { cards: listText(titles, locale) });
}
