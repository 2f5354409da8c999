import { h } from 'preact';
import { describe, expect, it } from '@jest/globals';
import { loadCatalogue } from '../src/speech/catalogue.ts';
import { speechOf } from '../src/speech/speech.ts';
import { localeOf, chooseLanguage } from '../src/speech/chosen-language.ts';
import { flatText } from './flat-text.ts';

const speak = async (tag: string) => {
  const chosen = chooseLanguage([tag]);
  return speechOf(chosen, await loadCatalogue(chosen.language));
};
const plain = (text: string): string =>
  text.replace(/[\u00a0\u202f]/g, ' ').replace(/[\u2066-\u2069]/g, '');

describe('the language of the page', () => {
  it.each([
    [['fr-CA', 'de'], 'fr-CA'],
    [['ja', 'de'], 'ja'],
    [[null, 'pt-PT'], 'pt-PT'],
    [['nb-NO', 'sv', 'de-AT', 'fr'], 'de-AT'],
    [['ar-EG', 'ar'], 'en'],
    [['he', 'fa-IR'], 'en'],
    [[null], 'en'],
    [['zh-Hant-TW'], 'en'],
    // What no tag is: documents from before the contract refused it hold such.
    [['en_US', 'es'], 'es'],
    [['C', 'es'], 'es'],
    [['', 'es'], 'es'],
    [['POSIX', '*', 'de_DE.UTF-8', '\u202efr', '-'], 'en'],
    [['x'.repeat(100_000), 'de'], 'de'],
    // Scripts, variants and extensions do not come along.
    [['DE-de-1996-u-nu-arab'], 'de-DE'],
    [['es-419'], 'es-419'],
  ])('of %j is %s', (wanted, tag) => {
    expect(chooseLanguage(wanted).tag).toBe(tag);
  });

  it.each(['en-u-nu-arab', 'en-TH-u-ca-buddhist', 'ja-JP-u-ca-japanese', 'de-u-nu-thai'])(
    'takes neither digits nor a calendar of another one along (%s)',
    (tag) => {
      const locale = localeOf(chooseLanguage([tag]));
      const { calendar, numberingSystem } = new Intl.DateTimeFormat(locale).resolvedOptions();
      expect({ calendar, numberingSystem }).toEqual({
        calendar: 'gregory',
        numberingSystem: 'latn',
      });
    },
  );
});

describe('a message', () => {
  it.each([
    ['en', '0', '0 invoices'],
    ['en', '1', '1 invoice'],
    ['en', '1234', '1,234 invoices'],
    ['de', '1', '1 Rechnung'],
    ['de', '1234', '1.234 Rechnungen'],
    ['fr', '0', '0 facture'],
    ['fr', '1', '1 facture'],
    ['fr', '2', '2 factures'],
    ['fr', '1000000', '1 000 000 de factures'],
    ['es', '0', '0 facturas'],
    ['es', '1', '1 factura'],
    ['pt-BR', '0', '0 fatura'],
    ['pt-PT', '0', '0 faturas'],
    ['pt-BR', '2', '2 faturas'],
    ['ja', '0', '請求書 0 件'],
    ['ja', '1', '請求書 1 件'],
  ])('in %s counts %s: %s', async (tag, count, text) => {
    const { say, show } = await speak(tag);
    expect(plain(say('invoices.count', { count }))).toBe(text);
    expect(plain(flatText(show('invoices.count', { count })))).toBe(text);
  });

  it('takes the plural of a fraction', async () => {
    const { say } = await speak('fr');
    expect(plain(say('charges.units', { count: '1.5' }))).toBe('1,5 unité');
    expect(plain(say('charges.units', { count: '2.5' }))).toBe('2,5 unités');
  });

  it('isolates each value: by characters where it is text, by an element where it is shown', async () => {
    const { say, show } = await speak('en');
    const name = '\u202eevil';
    expect(say('page.titleOf', { name })).toBe('Billing overview of \u2068evil\u2069');
    const shown = show('page.titleOf', { name: h('b', {}, 'Acme') });
    expect(flatText(shown)).toBe('Billing overview of ⟨Acme⟩');
  });
});
