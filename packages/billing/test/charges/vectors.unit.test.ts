import { describe, expect, it } from '@jest/globals';
import { priceCharge, type PropertyBag, type UsageSeries } from '../../src/index.ts';
import vectors from '../fixtures/charges.json' with { type: 'json' };
import { aPoint, daily, PERIOD, series, seriesOf } from './series.ts';
import { aCharge, summary } from './written.ts';

interface Vector {
  readonly id: string;
  readonly model: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly units: string;
  readonly amount: string;
  /** In the order of time. */
  readonly points?: readonly string[];
  readonly event_amounts?: readonly string[];
}

/** The spellings of these vectors; the event contract knows more of them. */
function canonicalNames(properties: Vector['properties']): PropertyBag {
  const entries = Object.entries(properties).map(([name, value]) => {
    if (!Array.isArray(value)) return [name, String(value)];
    const ranges = value as readonly Record<string, string | null>[];
    return [
      'ranges',
      ranges.map(({ to_value, ...rest }) => ({ ...rest, up_to: to_value ?? null })),
    ];
  });
  return Object.fromEntries(entries) as PropertyBag;
}

function usageOfVector({ points, event_amounts, units }: Vector): UsageSeries {
  if (points !== undefined) return seriesOf('point', daily(...points));
  if (event_amounts === undefined) return series({}, 1, units);
  return seriesOf(
    'counter',
    event_amounts.map((amount) => aPoint({ value: '1', amount })),
  );
}

describe('charge vectors computed by an independent implementation', () => {
  it.each(vectors as readonly Vector[])('$id: $units units, $model', (vector) => {
    const charge = aCharge({
      charge_model: vector.model,
      properties: canonicalNames(vector.properties),
    });
    expect(summary(priceCharge(charge, [usageOfVector(vector)], PERIOD))).toMatchObject({
      units: vector.units,
      amount: vector.amount,
      reason: null,
    });
  });
});
