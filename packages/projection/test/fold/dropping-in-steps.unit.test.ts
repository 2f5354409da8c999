import { type Micros } from '@portal/billing';
import { customerRef, vectorText } from '@portal/projection';
import {
  at,
  aUsage,
  CUSTOMER,
  emptyRecord,
  foldBatch,
  foldBatches,
  markOn,
  ORGANIZATION,
  recordText,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { entry, foldSeeing, level } from './seeing.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);

describe('a fold that does not finish dropping', () => {
  const hour = (index: number) => (at('2025-03-01T00:00:00Z') + index * 1_000) as Micros;
  const many = Array.from({ length: 9_000 }, (_, index) =>
    entry(aUsage({ timestamp: hour(index), kind: 'point' }, { event_id: `id-${index}` })),
  );
  const far = markOn('2026-10-01').map(entry);
  const before = foldBatch(emptyRecord(ref), many);

  it('leaves another vector than the one that finishes: nobody who knows the first can write upon the second', () => {
    const { folded } = foldSeeing(before.state, before.fields, far);
    expect(folded.unfinished).toBe(true);
    const done = foldBatch(before, far);
    expect(vectorText(folded.state)).toBe(`${vectorText(done.state)} ~1`);
  });

  it('is finished by a redelivery, when the process died in between', () => {
    const { folded } = foldSeeing(before.state, before.fields, far);
    const fields = new Map(before.fields);
    folded.set.forEach((text, name) => fields.set(name, text));
    folded.remove.forEach((name) => fields.delete(name));
    const crashed = { ...before, state: folded.state, fields };
    expect(recordText(foldBatch(crashed, far))).toBe(recordText(foldBatch(before, far)));
  });
});

describe('a capped metric that starts anew within one batch', () => {
  it('leaves none of its old events behind', () => {
    const old = Array.from({ length: 201 }, (_, index) =>
      entry(level(`old-${index}`, at('2025-01-10T00:00:00Z'), '1', { host: String(index) })),
    );
    const anew = [
      ...markOn('2026-11-10').map(entry),
      entry(level('anew', at('2026-11-10T00:00:00Z'))),
    ];
    const once = foldBatches(ref, [[...old, ...anew]]);
    const oneByOne = foldBatches(
      ref,
      [...old, ...anew].map((each) => [each]),
    );
    expect(recordText(once)).toBe(recordText(oneByOne));
  });
});
