import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type CardName, figure, type Figure } from '../changes.ts';

/** The figures to point out, and the answer they belong to. */
export const Highlights = createContext<{
  readonly changed: ReadonlySet<Figure>;
  readonly answer: number;
}>({ changed: new Set(), answer: 0 });

interface Props {
  readonly card: CardName;
  readonly row: string;
  readonly field: string;
  readonly children: ComponentChildren;
}

/** A figure that moves with the clock: highlighted when the last answer changed it. */
export function Value({ card, row, field, children }: Props) {
  const { changed, answer } = useContext(Highlights);
  const isChanged = changed.has(figure(card, row, field));
  return (
    // A new key restarts the highlight when the same figure changes twice in a row.
    <span
      key={isChanged ? answer : 'still'}
      class={isChanged ? 'value changed' : 'value'}
      data-figure={figure(card, row, field)}
    >
      {children}
    </span>
  );
}
