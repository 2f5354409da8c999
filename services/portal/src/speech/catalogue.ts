import { en } from './messages/en.ts';

/** The languages the page speaks. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One form for each plural category the language has; `{count}` chooses. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & {
  readonly other: string;
};

export type Key = keyof typeof en;
/** What a language says: every message of the English one, a message of forms where that has forms. */
export type Catalogue = { readonly [K in Key]: (typeof en)[K] extends string ? string : Forms };

type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
type Texts<Message> = Message extends string ? Message : Message[keyof Message];
/** The placeholders of a message. */
export type Names<K extends Key> = NamesIn<Texts<(typeof en)[K]>>;

/** Messages that say the same each time. */
export type PlainKey = { [K in Key]: [Names<K>] extends [never] ? K : never }[Key];

const LOAD: Readonly<Record<Language, () => Promise<Catalogue>>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('./messages/de.ts')).de,
  fr: async () => (await import('./messages/fr.ts')).fr,
  es: async () => (await import('./messages/es.ts')).es,
  pt: async () => (await import('./messages/pt.ts')).pt,
  ja: async () => (await import('./messages/ja.ts')).ja,
};

/** A language's messages; all but English are files of their own, fetched when they are needed. */
export const loadCatalogue = (language: Language): Promise<Catalogue> => LOAD[language]();
