import { describe, expect, it } from '@jest/globals';
import { MALFORMED_PROPERTIES } from '@portal/billing';
import { normaliseProperties } from '@portal/contracts';

describe('normaliseProperties', () => {
  it.each([
    ['standard', '{"amount":"1"}', { amount: '1' }],
    ['standard', '{"unit_price":"1"}', { amount: '1' }],
    ['standard', '{"per_unit_amount":"1"}', { amount: '1' }],
    [
      'package',
      '{"unit_price":"5","package_size":100,"free_units":1}',
      { amount: '5', package_size: '100', free_units: '1' },
    ],
    ['percentage', '{"percentage":"2.5","fixed_amount":"30"}', { rate: '2.5', fixed_amount: '30' }],
    [
      'percentage',
      '{"rate":2.90,"free_units_per_events":3,"free_units_per_total_aggregation":"500.0","per_transaction_min_amount":1,"per_transaction_max_amount":null}',
      {
        rate: '2.90',
        free_units_per_events: '3',
        free_units_per_total_aggregation: '500.0',
        per_transaction_min_amount: '1',
      },
    ],
    ['dynamic', '{"pricing_group_keys":["card"]}', {}],
    ['custom', '{"unit_price":"3"}', { unit_price: '3' }],
    ['custom', '{"custom_amount":"70","amount":"3"}', { custom_amount: '70', unit_price: '3' }],
    ['telepathic', '{"amount":"1"}', { amount: '1' }],
  ])('gives %s %s one name for each property', (model, raw, bag) => {
    expect(normaliseProperties(model, raw)).toEqual(bag);
  });

  it.each([
    ['graduated', 'graduated_ranges'],
    ['volume', 'volume_ranges'],
    ['graduated_percentage', 'graduated_percentage_ranges'],
  ])('reads the ranges of %s under %s', (model, name) => {
    const ranges = [
      { from_value: 0, to_value: 10, per_unit_amount: '0.10', flat_amount: '5', rate: '1' },
      { from_value: 11, to_value: null, per_unit_amount: '0.05', percentage: '2' },
    ];
    expect(normaliseProperties(model, JSON.stringify({ [name]: ranges }))).toEqual({
      ranges: [
        { up_to: '10', per_unit_amount: '0.10', flat_amount: '5', rate: '1' },
        { up_to: null, per_unit_amount: '0.05', rate: '2' },
      ],
    });
  });

  it('reads tiers, with the bound absent or null at the open end', () => {
    const tiers =
      '{"tiers":[{"up_to":100,"unit_price":"2"},{"unit_price":"1","flat_amount":null}]}';
    expect(normaliseProperties('volume', tiers)).toEqual({
      ranges: [
        { up_to: '100', per_unit_amount: '2' },
        { up_to: null, per_unit_amount: '1' },
      ],
    });
  });

  it('reads tiers of percentages', () => {
    const tiers = '{"tiers":[{"up_to":100,"percentage":"2.5","flat_amount":"30"},{"rate":1}]}';
    expect(normaliseProperties('graduated_percentage', tiers)).toEqual({
      ranges: [
        { up_to: '100', rate: '2.5', flat_amount: '30' },
        { up_to: null, rate: '1' },
      ],
    });
  });

  it.each([
    ['standard', { per_unit_amount: '3', unit_price: '2', amount: '1' }, { amount: '1' }],
    ['standard', { per_unit_amount: '3', unit_price: '2', amount: null }, { amount: '2' }],
    ['percentage', { percentage: '2', rate: '1' }, { rate: '1' }],
    ['volume', { tiers: [{ up_to: '1' }], volume_ranges: [] }, { ranges: [] }],
    ['volume', { tiers: [{ to_value: '2', up_to: '1' }] }, { ranges: [{ up_to: '1' }] }],
  ])('takes the first spelling that is given: %s %j', (model, raw, bag) => {
    expect(normaliseProperties(model, raw)).toEqual(bag);
  });

  it('never prices a model by the ranges of another', () => {
    expect(normaliseProperties('volume', '{"graduated_ranges":[{"to_value":null}]}')).toEqual({});
  });

  it('keeps JSON numbers exactly as they were written', () => {
    const raw = '{"amount":0.10,"min_price":12345678901234567890.123456789,"max_price":1e3}';
    expect(normaliseProperties('standard', raw)).toEqual({
      amount: '0.10',
      min_price: '12345678901234567890.123456789',
      max_price: '1e3',
    });
  });

  it('renames only: a price that makes no sense is kept for the line to say so', () => {
    const raw = '{"amount":true,"min_price":{"a":[1,null]},"ranges":["x",7]}';
    expect(normaliseProperties('standard', raw)).toEqual({
      amount: true,
      min_price: { a: ['1', null] },
      ranges: ['x', '7'],
    });
    expect(normaliseProperties('volume', '{"tiers":"many"}')).toEqual({ ranges: 'many' });
  });

  it.each([
    ['{"amount":', 'the text of the properties is not JSON: it ends too early'],
    ['', 'the text of the properties is not JSON: it ends too early'],
    ['['.repeat(100_000), 'the text of the properties is nested too deeply'],
    ['[]', 'properties are not a JSON object'],
    ['7', 'properties are not a JSON object'],
    ['null', 'properties are not a JSON object'],
  ])('keeps the reason when the text is no JSON object (%#)', (raw, reason) => {
    const bag = normaliseProperties('standard', raw);
    expect(Object.keys(bag)).toEqual([MALFORMED_PROPERTIES]);
    expect(bag[MALFORMED_PROPERTIES]).toContain(reason);
    expect(JSON.stringify(bag).length).toBeLessThan(250);
  });

  it('gives canonical properties back unchanged', () => {
    for (const bag of [
      { amount: '1', min_price: '2' },
      { ranges: [{ up_to: null, per_unit_amount: '1' }] },
      { [MALFORMED_PROPERTIES]: 'properties are not a JSON object' },
    ]) {
      expect(normaliseProperties('graduated', JSON.stringify(bag))).toEqual(bag);
    }
  });

  it('is not fooled by names of the prototype', () => {
    const raw =
      '{"__proto__":{"amount":"1"},"constructor":"x","tiers":[{"__proto__":{"up_to":"5"}}]}';
    const bag = normaliseProperties('volume', raw);
    expect(bag).toEqual({ ranges: [{ up_to: null }] });
    expect(Object.getPrototypeOf(bag)).toBe(Object.prototype);
  });
});

describe('properties that nobody could walk', () => {
  it.each([20, 1_000, 4_000])('are malformed at %i levels, and the event is not lost', (levels) => {
    const raw = `{"amount":${'['.repeat(levels)}1${']'.repeat(levels)}}`;
    expect(normaliseProperties('standard', raw)).toEqual({
      [MALFORMED_PROPERTIES]: expect.stringMatching(/^nested/),
    });
  });
});
