import type { en } from './messages/en.ts';

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
