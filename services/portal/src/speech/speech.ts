import { type ComponentChild, h } from 'preact';
import { decimalText } from '../format.ts';
import { type Language } from './catalogue.ts';
import { type Catalogue, type Key, type Names } from './messages.ts';
import { isolated } from './foreign-text.ts';
import { localeOf, type ChosenLanguage } from './chosen-language.ts';

type Given<K extends Key, Value> = [Names<K>] extends [never]
  ? []
  : [values: Readonly<Record<Names<K>, Value>>];

/** How the page talks: its messages and the locale that Intl writes numbers and dates by. */
export interface Speech {
  readonly language: Language;
  /** For `lang` attributes. */
  readonly tag: string;
  /** For Intl. */
  readonly locale: string;
  /**
   * A message as text, for attributes and what is only heard. Every value is isolated. `count` is decimal
   * text: it is written the locale's way and chooses the plural form.
   */
  readonly say: <K extends Key>(key: K, ...given: Given<K, string>) => string;
  /** The same to be shown: values may be elements, and text is isolated by one. */
  readonly show: <K extends Key>(key: K, ...given: Given<K, ComponentChild>) => ComponentChild[];
}

/** A speech, and the zone in which days begin. */
export interface Place extends Speech {
  readonly timezone: string;
}

export function speechOf(chosen: ChosenLanguage, catalogue: Catalogue): Speech {
  const locale = localeOf(chosen);
  const rules = new Intl.PluralRules(locale);
  const pieces = <Piece>(key: Key, values: Values<Piece>, put: (value: Piece) => Piece) => {
    const message = catalogue[key];
    const count = String(values['count']);
    const form =
      typeof message === 'string'
        ? message
        : (message[rules.select(Number(count))] ?? message.other);
    // Words and placeholders take turns.
    return form.split(/\{(\w+)\}/).map((piece, index) => {
      if (index % 2 === 0) return piece;
      return piece === 'count' ? decimalText(count, locale) : put(values[piece] as Piece);
    });
  };
  return {
    language: chosen.language,
    tag: chosen.tag,
    locale,
    say: (key, ...[values = {}]) => pieces<string>(key, values, isolated).join(''),
    show: (key, ...[values = {}]) =>
      pieces<ComponentChild>(key, values, (value) => h('bdi', {}, value)),
  };
}

type Values<Piece> = Readonly<Record<string, Piece>>;
