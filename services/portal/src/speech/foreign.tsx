import { useState } from 'preact/hooks';
import { foreignText, GLANCE_CHARACTERS, shortened } from './foreign-text.ts';
import { type Speech } from './speech.ts';

interface Props {
  readonly text: string;
  readonly speech: Speech;
}

/** Foreign text to be read: isolated from what stands around it, and all of it on demand when it is long. */
export function Foreign({ text, speech }: Props) {
  const [isWhole, setWhole] = useState(false);
  const clean = foreignText(text);
  if (clean.length <= GLANCE_CHARACTERS) return <bdi class="foreign">{clean}</bdi>;
  return (
    <>
      <bdi class="foreign">{isWhole ? clean : shortened(clean)}</bdi>{' '}
      <button
        type="button"
        class="more"
        aria-expanded={isWhole}
        onClick={() => {
          setWhole(!isWhole);
        }}
      >
        {speech.say(isWhole ? 'text.less' : 'text.more')}
      </button>
    </>
  );
}

/** The same where nothing can be pressed, as inside a label: its beginning. */
export const Glance = ({ text }: { readonly text: string }) => (
  <bdi class="foreign">{shortened(foreignText(text))}</bdi>
);

/** The server's own words, in English, for whoever is asked: not in the way of the page's language. */
export function ForSupport({
  texts,
  speech,
}: {
  readonly texts: readonly string[];
  readonly speech: Speech;
}) {
  return (
    <details class="support">
      <summary>{speech.say('text.support')}</summary>
      {texts.map((text, index) => (
        <p key={index} lang="en">
          <Foreign text={text} speech={speech} />
        </p>
      ))}
    </details>
  );
}
