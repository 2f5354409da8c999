import { useEffect, useState } from 'preact/hooks';
import { en } from './messages/en.ts';
import { loadCatalogue } from './catalogue.ts';
import { type Speech, speechOf } from './speech.ts';
import { type ChosenLanguage, chooseLanguage } from './chosen-language.ts';

/** What the page says when it can say nothing else. */
export const ENGLISH: Speech = speechOf({ language: 'en', tag: 'en' }, en);

/** Longer than this nobody waits for words; English is always there. */
const LOAD_MAX_MS = 5_000;

/**
 * The page's language: the customer's, else the browser's, else English. `speech` is null until the first
 * messages are there; `isSettled` is false while those of another language are on their way.
 */
export function useSpeech(locale: string | null) {
  const { language, tag } = chooseLanguage([locale, ...navigator.languages]);
  const [loaded, setLoaded] = useState<{ readonly tag: string; readonly speech: Speech } | null>(
    null,
  );
  useEffect(() => {
    let isWanted = true;
    void load({ language, tag }).then((speech) => {
      if (isWanted) setLoaded({ tag, speech });
    });
    return () => {
      isWanted = false;
    };
  }, [language, tag]);
  const speech = loaded?.speech ?? null;
  useEffect(() => {
    if (speech === null) return;
    const { documentElement: root } = document;
    root.lang = speech.tag;
    // All languages of the page are written from left to right.
    root.dir = 'ltr';
    document.title = speech.say('page.title');
  }, [speech]);
  return { speech, isSettled: loaded?.tag === tag };
}

/** Never rejects: without its messages a language is not spoken at all, not even in numbers. */
async function load(chosen: ChosenLanguage): Promise<Speech> {
  const late = new Promise<null>((resolve) => {
    setTimeout(() => {
      resolve(null);
    }, LOAD_MAX_MS);
  });
  const catalogue = await Promise.race([loadCatalogue(chosen.language), late]).catch(() => null);
  return catalogue === null ? ENGLISH : speechOf(chosen, catalogue);
}
