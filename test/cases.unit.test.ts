import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCase, refusalsOf, type Case } from './cases/run.ts';

/** Small inputs with the right answers, told as NDJSON; cases/README.md says where they come from. */
const FOLDER = join(__dirname, 'cases');
const cases = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => {
    const told = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Case;
    return [name.slice(0, -'.json'.length), told] as const;
  });

const accepted = cases.filter(([, { refused }]) => refused === undefined);
const refused = cases.filter(([, told]) => told.refused !== undefined);

describe('cases with known answers', () => {
  it('are there', () => {
    expect(accepted.length).toBeGreaterThanOrEqual(10);
    for (const [name, { checks }] of accepted) expect([name, checks.length]).not.toEqual([name, 0]);
  });

  describe.each(accepted)('%s', (_, told) => {
    const expected = told.checks.map(({ at, path, expected: value }) => [at, path, value]);

    it.each([
      ['as told', told.events],
      ['every event twice, the first ones again after the last', [...told.events, ...told.events]],
      ['the last event first', [...told.events].reverse()],
      ['usage before everything else', usageFirst(told.events)],
    ])('%s', (_order, events) => {
      expect(runCase({ ...told, events })).toEqual(expected);
    });
  });

  describe.each(refused)('%s', (_, told) => {
    it('is refused, and the reason names the field', () => {
      expect(refusalsOf(told)).toEqual([expect.stringMatching(prefixOf(told.refused ?? ''))]);
    });
  });
});

/** A field, or with a dot at its end any field below. */
const prefixOf = (field: string): RegExp =>
  new RegExp(`^${field.replaceAll('.', '\\.')}${field.endsWith('.') ? '.+' : '$'}`);

function usageFirst(events: Case['events']): Case['events'] {
  const isUsage = ({ topic }: { readonly topic: string }): boolean => topic.endsWith('usage');
  return [...events.filter(isUsage), ...events.filter((event) => !isUsage(event))];
}
