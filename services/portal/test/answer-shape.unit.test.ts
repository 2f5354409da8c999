import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { dashboardShape } from '../src/answer-shape.ts';
import { DASHBOARDS, NOW } from './canned.ts';
import { spoilings } from './spoiled.ts';

const answerOf = (name: string) => DASHBOARDS[name]!(NOW);
const isFine = (body: unknown): boolean => v.safeParse(dashboardShape, body).success;
const with_ = (change: object) => ({ ...answerOf('morel'), ...change });

describe('what the page can show', () => {
  it.each(Object.keys(DASHBOARDS))('is what the server answers (%s)', (name) => {
    expect(v.safeParse(dashboardShape, answerOf(name)).issues).toBeUndefined();
  });

  it('may hold more fields and words than are known here', () => {
    const { meta, next_billing } = answerOf('morel');
    const [bill] = next_billing;
    expect(
      isFine(
        with_({
          novelty: [1],
          meta: { ...meta, status: 'superb', reasons: [{ code: 'unheard_of', detail: '' }] },
          next_billing: [{ ...bill, plan_interval: 'fortnightly', more: null }],
        }),
      ),
    ).toBe(true);
  });

  it.each([
    ['Nowhere/Nothing', false],
    ['Europe/Kyiv', true],
    ['', false],
    ['UTC', true],
  ])('names a zone that the browser knows: %j %s', (timezone, fine) => {
    const { details } = answerOf('morel');
    const customer = { locale: 'fr', timezone };
    expect(isFine(with_({ details: { ...details, customer } }))).toBe(fine);
  });

  it.each([
    ['eur', false],
    ['EURO', false],
    ['XTS', true],
    ['', false],
  ])('names a currency that can be written: %j %s', (currency, fine) => {
    expect(isFine(with_({ quick_actions: { ...answerOf('morel').quick_actions, currency } }))).toBe(
      fine,
    );
  });

  it('is nothing at all of what is no dashboard', () => {
    for (const body of [null, undefined, 1, 'text', [], {}, { details: {} }]) {
      expect([body, isFine(body)]).toEqual([body, false]);
    }
  });

  it('is refused by its place when a field holds something else', () => {
    const all = spoilings(answerOf('quasar'));
    expect(all.length).toBeGreaterThan(1_000);
    const refused = all.filter(({ body }) => !isFine(body));
    // A number, `true` or an object is right nowhere that a text is, and so on: most are refused.
    expect(refused.length / all.length).toBeGreaterThan(0.7);
    for (const { name, body } of refused) {
      const [issue] = v.safeParse(dashboardShape, body, { abortEarly: true }).issues ?? [];
      const place = v.getDotPath(issue!) ?? '';
      const [spoiled = ''] = name.split(':');
      expect([name, `${place}.`.startsWith(spoiled) || spoiled.startsWith(place)]).toEqual([
        name,
        true,
      ]);
    }
  });
});
