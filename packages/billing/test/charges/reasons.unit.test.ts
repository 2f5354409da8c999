import { describe, expect, it } from '@jest/globals';
import { type PropertyBag, readPrice } from '../../src/index.ts';

describe('a price that cannot be read names what is wrong', () => {
  const entry = { up_to: '10', per_unit_amount: '1' };
  it.each<[string, PropertyBag, string]>([
    ['standard', {}, 'amount is missing'],
    ['standard', { amount: null }, 'amount is missing'],
    ['standard', { amount: '1e3' }, 'amount is not a decimal'],
    ['standard', { amount: true }, 'amount is not a decimal'],
    ['standard', { amount: ['1'] }, 'amount is not a decimal'],
    ['standard', { amount: '1', min_price: 'ten' }, 'min_price is not a decimal'],
    ['standard', { amount: '1', max_price: {} }, 'max_price is not a decimal'],
    ['graduated', {}, 'ranges is missing'],
    ['graduated', { ranges: '1' }, 'ranges is not a list'],
    ['graduated', { ranges: { up_to: '1' } }, 'ranges is not a list'],
    ['graduated', { ranges: [] }, 'ranges is empty'],
    ['volume', { ranges: [entry, '7'] }, 'ranges[1] is not an object'],
    ['volume', { ranges: [entry, null] }, 'ranges[1] is not an object'],
    ['volume', { ranges: [entry, { up_to: 'x' }] }, 'ranges[1].up_to is not a decimal'],
    ['volume', { ranges: [{ flat_amount: '' }] }, 'ranges[0].flat_amount is not a decimal'],
    [
      'graduated',
      { ranges: [{ per_unit_amount: '1,5' }] },
      'ranges[0].per_unit_amount is not a decimal',
    ],
    ['package', { package_size: '10' }, 'amount is missing'],
    ['package', { amount: '1', package_size: '0' }, 'package_size is not positive'],
    ['package', { amount: '1', package_size: '-1' }, 'package_size is not positive'],
    ['package', { amount: '1', free_units: 'many' }, 'free_units is not a decimal'],
    ['standard', { '!malformed': 'properties is no JSON object' }, 'properties is no JSON object'],
    ['standard', { '!malformed': 'no JSON object', amount: '1' }, 'no JSON object'],
    ['graduated_percentage', {}, 'ranges is missing'],
    [
      'graduated_percentage',
      { ranges: [entry, { rate: '2%' }] },
      'ranges[1].rate is not a decimal',
    ],
    ['custom', {}, 'custom_amount or unit_price is missing'],
    ['custom', { custom_amount: null, unit_price: null }, 'custom_amount or unit_price is missing'],
    ['custom', { custom_amount: 'all', unit_price: '1' }, 'custom_amount is not a decimal'],
    ['custom', { unit_price: '' }, 'unit_price is not a decimal'],
    ['dynamic', { '!malformed': 'properties are not JSON' }, 'properties are not JSON'],
    ['percentage', {}, 'rate is missing'],
    ['percentage', { fixed_amount: '30' }, 'rate is missing'],
    ['percentage', { rate: '1%' }, 'rate is not a decimal'],
    ['percentage', { rate: '1', fixed_amount: [] }, 'fixed_amount is not a decimal'],
    [
      'percentage',
      { rate: '1', free_units_per_events: '1.5' },
      'free_units_per_events is not a whole number',
    ],
    ['percentage', { rate: '1', free_units_per_events: '-1' }, 'free_units_per_events is negative'],
    [
      'percentage',
      { rate: '1', free_units_per_total_aggregation: '-0.1' },
      'free_units_per_total_aggregation is negative',
    ],
    [
      'percentage',
      { rate: '1', per_transaction_min_amount: 'low' },
      'per_transaction_min_amount is not a decimal',
    ],
    [
      'percentage',
      { rate: '1', per_transaction_max_amount: true },
      'per_transaction_max_amount is not a decimal',
    ],
    ['barter', {}, "unknown charge model 'barter'"],
    ['constructor', {}, "unknown charge model 'constructor'"],
  ])('%s %j', (model, bag, reason) => {
    expect(readPrice(model, bag)).toEqual({ kind: 'unavailable', reason });
  });

  it('and inherited names are no properties', () => {
    const inherited = Object.create({ amount: '1' }) as PropertyBag;
    expect(readPrice('standard', inherited)).toEqual({
      kind: 'unavailable',
      reason: 'amount is missing',
    });
  });
});
