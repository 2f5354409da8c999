import type { Catalogue } from './messages.ts';
import { en } from './messages/en.ts';

/** The languages the page speaks. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

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
