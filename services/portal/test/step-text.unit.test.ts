import { describe, expect, it } from '@jest/globals';
import type { ChargeDetails } from '@portal/projection';
import { stepText, unitsText } from '../src/cards/step-text.ts';
import { en } from '../src/speech/messages/en.ts';
import { speechOf } from '../src/speech/speech.ts';
import { flatText } from './flat-text.ts';

type Step = ChargeDetails['parts'][number]['steps'][number];

const step = (kind: Step['kind'], more: Partial<Step> = {}): Step => ({
  kind,
  range: null,
  quantity: null,
  price: null,
  amount: '0',
  ...more,
});

const speech = speechOf({ language: 'en', tag: 'en-US' }, en);
const told = (model: string, one: Step, place = 0): string =>
  flatText(stepText(one, place, { model, currency: 'USD', speech })).replace(/[⟨⟩]/g, '');

describe('a step of a price, told to a customer', () => {
  it.each([
    ['standard', step('units', { quantity: '3034', price: '0.9' }), '3,034 × $0.009'],
    ['package', step('packages', { quantity: '1', price: '250' }), '1 package × $2.50'],
    ['package', step('packages', { quantity: '2', price: '250' }), '2 packages × $2.50'],
    ['percentage', step('rate', { quantity: '881037', price: '1.4' }), '$8,810.37 × 1.4%'],
    ['percentage', step('fixed', { quantity: '16', price: '20' }), '16 events × $0.20'],
    ['percentage', step('free', { quantity: '5000' }), 'Free of charge: $50.00'],
    ['graduated', step('flat', { range: 1 }), 'Range 2: flat fee'],
    ['dynamic', step('priced_events', { quantity: '4' }), '4 events with prices of their own'],
    ['custom', step('custom'), 'Agreed amount'],
    [
      'percentage',
      step('per_transaction_min', { quantity: '3' }),
      '3 events, each raised to the minimum',
    ],
    [
      'percentage',
      step('per_transaction_max', { quantity: '3' }),
      '3 events, each lowered to the maximum',
    ],
    ['dynamic', step('min_price'), 'Up to the lowest price'],
    ['dynamic', step('max_price'), 'Down to the highest price'],
    ['standard', step('not_below_zero'), 'Never below zero'],
  ])('of a %s charge', (model, one, text) => {
    expect(told(model, one)).toBe(text);
  });

  it('of a kind that only a newer server knows is said to be one more', () => {
    expect(told('standard', { ...step('custom'), kind: 'rebate' as Step['kind'] })).toBe(
      'Another part of the price',
    );
  });

  it('takes graduated ranges one after the other', () => {
    const ranged = (range: number) => step('units', { range, quantity: '1000', price: '2' });
    expect(told('graduated', ranged(0), 0)).toBe('Range 1: first 1,000 × $0.02');
    expect(told('graduated', ranged(1), 1)).toBe('Range 2: next 1,000 × $0.02');
  });

  it('takes the one range of a volume price for all units', () => {
    const ranged = step('units', { range: 2, quantity: '1000', price: '2' });
    expect(told('volume', ranged)).toBe('Range 3: all 1,000 × $0.02');
  });

  it('counts what percentages are taken of as money, all else as it is', () => {
    const units = (model: string) =>
      unitsText('45500', { model, currency: 'KWD', speech }).replace(/\s/g, ' ');
    expect(units('percentage')).toBe('KWD 45.500');
    expect(units('graduated_percentage')).toBe('KWD 45.500');
    expect(units('standard')).toBe('45,500');
  });
});
