import { type Micros } from '@portal/billing';
import { describe, expect, it } from '@jest/globals';
import { type DashboardAnswer } from '../src/answer.ts';
import { createRemembered } from '../src/remembered.ts';
import { type Found } from '../src/stored.ts';
import { REF } from './support/reader.ts';

const at = (micros: number): Micros => micros as Micros;

const answer = (body: string, validUntil: Micros | null = null): DashboardAnswer => ({
  ...{ status: 'fresh', body: Buffer.from(body), etag: `"${body}"`, headers: [], validUntil },
});

const found = (text: string, more: Partial<Found> = {}): Found => ({
  ...{ kind: 'found', generation: 'g1', text, record: null, freshness: null, isUnchanged: null },
  ...more,
});

const remembering = (of: Found, kept = answer('kept')) => {
  const remembered = createRemembered(1_000_000);
  remembered.keep(REF, of, at(10), kept);
  return remembered;
};

describe('an answer of late', () => {
  it.each<[string, Found, string | null]>([
    ['the same document', found('s1 5\nA'), 'kept'],
    ['another document of the same state', found('s1 5\nB'), null],
    ['another state', found('s2 5\nA'), null],
    ['the same document of another generation', found('s1 5\nA', { generation: 'g2' }), null],
  ])('is given again where the store holds the same document: %s', (_, now, given) => {
    const again = remembering(found('s1 5\nA')).of(REF, now, at(20));
    expect(again?.body.toString() ?? null).toBe(given);
  });

  it.each([
    [9, null],
    [10, 'kept'],
    [19, 'kept'],
    [20, null],
  ])('is given from when it was made until it may change: at %i', (now, given) => {
    const document = found('s1 5\nA');
    const remembered = remembering(document, answer('kept', at(20)));
    expect(remembered.of(REF, document, at(now))?.body.toString() ?? null).toBe(given);
  });

  it('is given unread as long as the store says that nothing changed, of the read it says it of', () => {
    let [first, second] = [true, true];
    const document = found('s1 5\nA', { isUnchanged: () => first });
    const remembered = remembering(document);
    expect(remembered.unread(REF, at(20))).not.toBeNull();
    first = false;
    expect(remembered.unread(REF, at(20))).toBeNull();
    remembered.of(REF, found('s1 5\nA', { isUnchanged: () => second }), at(20));
    expect(remembered.unread(REF, at(20))).not.toBeNull();
    second = false;
    expect(remembered.unread(REF, at(20))).toBeNull();
  });

  it('is asked for where the store tells nothing', () => {
    expect(remembering(found('s1 5\nA')).unread(REF, at(20))).toBeNull();
  });

  it('goes when there are too many', () => {
    const remembered = createRemembered(2_500);
    const document = found('s1 5\nA', { isUnchanged: () => true });
    remembered.keep(REF, document, at(10), answer('x'.repeat(600)));
    expect(remembered.unread(REF, at(20))).toBeNull();
  });
});
