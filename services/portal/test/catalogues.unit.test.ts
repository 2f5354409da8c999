import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LANGUAGES, loadCatalogue } from '../src/speech/catalogue.ts';
import { type Catalogue, type Forms, type Key } from '../src/speech/messages.ts';
import { en } from '../src/speech/messages/en.ts';

const OTHERS = LANGUAGES.filter((language) => language !== 'en');
const KEYS = Object.keys(en) as Key[];

const textsOf = (message: string | Forms): readonly string[] =>
  typeof message === 'string' ? [message] : Object.values(message);
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe.each(LANGUAGES)('the messages in %s', (language) => {
  it('say all that the English ones say, and nothing else', async () => {
    const catalogue = await loadCatalogue(language);
    expect(Object.keys(catalogue)).toEqual(KEYS);
    const silent = KEYS.filter((key) => textsOf(catalogue[key]).some((text) => text.trim() === ''));
    expect(silent).toEqual([]);
  });

  it('have the placeholders of the English ones, in every form', async () => {
    const catalogue = await loadCatalogue(language);
    const wrong = KEYS.filter((key) => {
      const wanted = JSON.stringify(namesIn(textsOf(en[key])[0] ?? ''));
      return textsOf(catalogue[key]).some((text) => JSON.stringify(namesIn(text)) !== wanted);
    });
    expect(wrong).toEqual([]);
  });

  it('leave no brace, no double blank and no straight apostrophe behind', async () => {
    const catalogue = await loadCatalogue(language);
    const odd = KEYS.filter((key) =>
      textsOf(catalogue[key]).some((text) => /[{}]| {2}|'/.test(text.replace(/\{\w+\}/g, 'value'))),
    );
    expect(odd).toEqual([]);
  });

  it('have one form for each plural category of the language, and no other', async () => {
    const catalogue = await loadCatalogue(language);
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const key of KEYS) {
      const message = catalogue[key];
      if (typeof message === 'string') continue;
      expect([key, Object.keys(message).sort()]).toEqual([key, [...categories].sort()]);
    }
  });
});

describe('a message', () => {
  it('is used by the page', () => {
    const sources = sourceTexts(join('services', 'portal', 'src')).join('\n');
    const unused = KEYS.filter((key) => {
      const [area = '', word = ''] = key.split('.');
      const isComposed = sources.includes(`\`${area}.\${`) && sources.includes(`'${word}'`);
      const isCard = word === 'title' && sources.includes('`${card}.title`');
      return !sources.includes(`'${key}'`) && !isComposed && !isCard;
    });
    expect(unused).toEqual([]);
  });

  it.each(OTHERS)('is translated into %s, unless both languages say the same', async (language) => {
    const catalogue: Catalogue = await loadCatalogue(language);
    const same = KEYS.filter((key) => JSON.stringify(catalogue[key]) === JSON.stringify(en[key]));
    expect(same.filter((key) => !WITHOUT_WORDS.includes(key))).toEqual([]);
  });
});

/** Placeholders with a sign between them. */
const WITHOUT_WORDS: readonly Key[] = ['usage.spoken', 'usage.spokenOver', 'clock.moved'];

/** All code but the messages themselves. */
const sourceTexts = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'messages' ? [] : sourceTexts(path);
    return /\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
