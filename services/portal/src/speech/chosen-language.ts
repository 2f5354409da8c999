import { type Language, LANGUAGES } from './catalogue.ts';

/** A language with the place whose way of writing numbers and dates it takes. */
export interface ChosenLanguage {
  readonly language: Language;
  /** For `lang` attributes: `fr-CA`. */
  readonly tag: string;
}

/** The first wanted language that the page speaks, else English. What is no language tag is passed over. */
export function chooseLanguage(wanted: readonly (string | null)[]): ChosenLanguage {
  for (const tag of wanted) {
    const known = tag === null ? null : read(tag);
    if (known !== null) return known;
  }
  return { language: 'en', tag: 'en' };
}

function read(text: string): ChosenLanguage | null {
  try {
    const { language, region } = new Intl.Locale(text);
    const spoken = LANGUAGES.find((one) => one === language);
    if (spoken === undefined) return null;
    return { language: spoken, tag: region === undefined ? spoken : `${spoken}-${region}` };
  } catch {
    return null;
  }
}

/**
 * The tag for Intl. Digits and calendar are said: a place or a tag's own extensions must not bring those of
 * another language onto the page.
 */
export const localeOf = ({ tag }: ChosenLanguage): string => `${tag}-u-ca-gregory-nu-latn`;
