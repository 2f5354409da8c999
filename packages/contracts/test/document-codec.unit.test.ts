import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FOLD_VERSION } from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aPlan,
  aSubscription,
  at,
  aUsage,
  aWallet,
  given,
} from '@portal/testkit';
import {
  decodeDocument,
  DOCUMENT_CODEC_VERSION,
  encodeDocument,
  stateIdOf,
} from '../src/document-codec.ts';

/** One of everything that a record and a document can hold. */
const story = given(
  aCustomer(),
  aSubscription({
    current_period_start: at('2026-11-01T10:00:00Z'),
    current_period_end: at('2026-12-01T10:00:00Z'),
    pending_plan: { plan: aPlan({ code: 'max' }), effective_at: at('2027-01-01T00:00:00Z') },
    charges: [
      aCharge({ properties: { amount: '1' } }),
      aCharge({
        metric_code: 'disk',
        aggregation: 'latest',
        recurring: true,
        properties: { amount: '1' },
      }),
    ],
    entitlements: [anEntitlement(), anEntitlement({ feature_code: 'disk' })],
  }),
  aUsage(),
  aUsage(
    { kind: 'point', metric_code: 'disk', timestamp: at('2026-11-10T00:00:00Z') },
    { event_id: 'point-1' },
  ),
  anInvoice({ subscription_ids: ['33333333-3333-4333-8333-333333333333'] }),
  aWallet(),
  aWallet({ name: 'the same version otherwise' }),
  anInvoice({ number: 'the same version otherwise' }),
  aUsage({ value: '2' }, { event_id: 'point-1' }),
);
const { document, record } = story;

describe('stored documents', () => {
  it('come back as they were, and name their state', () => {
    const stateId = stateIdOf(record.state);
    expect(decodeDocument(encodeDocument(stateId, document))).toEqual({
      kind: 'document',
      stateId,
      document,
    });
  });

  it('of version 2 are read by today’s code: they knew no end of a named period and no conflicts', () => {
    const { conflicts, subscriptions, hole_ranges, ...rest } = document;
    const old = {
      ...rest,
      frozen: false,
      subscriptions: subscriptions.map(({ current_period_end, ...each }) => each),
    };
    expect(decodeDocument(`abc 2\n${JSON.stringify(old)}`)).toEqual({
      kind: 'document',
      stateId: 'abc',
      document: {
        ...document,
        subscriptions: subscriptions.map((each) => ({ ...each, current_period_end: null })),
        conflicts: { listed: [], more: 0 },
      },
    });
    expect(conflicts.listed).not.toEqual([]);
    expect(hole_ranges).toEqual([]);
  });

  it('of version 3 are read by today’s code: a customer beyond its holes was frozen, its holes are still told', () => {
    const { hole_ranges, ...rest } = document;
    const holes = [{ partition: 'usage/0', offset: 7 }];
    expect(decodeDocument(`abc 3\n${JSON.stringify({ ...rest, holes, frozen: true })}`)).toEqual({
      kind: 'document',
      stateId: 'abc',
      document: { ...rest, holes, hole_ranges },
    });
  });

  it.each(['', 'x', 'abc 1\n{}', 'abc 5\n{}', 'abc 4\n{', '\n{}'])(
    '%j is unreadable, and why is said',
    (text) => {
      expect(decodeDocument(text)).toMatchObject({
        kind: 'unreadable',
        reason: expect.any(String),
      });
    },
  );
});

describe('the shape of what is stored', () => {
  const FILE = 'packages/contracts/test/fixtures/stored-shapes.json';
  const shapes = {
    codec: DOCUMENT_CODEC_VERSION,
    document: pathsOf(document),
    fold: FOLD_VERSION,
    state: pathsOf(JSON.parse(JSON.stringify(record.state))),
  };

  it('changes only with DOCUMENT_CODEC_VERSION and FOLD_VERSION: raise them, then UPDATE_GOLDEN=1', () => {
    if (process.env['UPDATE_GOLDEN'] === '1')
      writeFileSync(FILE, `${JSON.stringify(shapes, null, 2)}\n`);
    expect(shapes).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
  });
});

/** Where values lie and of what type they are; names that events chose are left out. */
function pathsOf(value: unknown): readonly string[] {
  const paths = new Set<string>();
  const visit = (at: string, part: unknown): void => {
    if (part === null || typeof part !== 'object') {
      paths.add(`${at}: ${part === null ? 'null' : typeof part}`);
    } else if (Array.isArray(part)) {
      part.forEach((each) => {
        visit(`${at}[]`, each);
      });
    } else {
      for (const [name, each] of Object.entries(part)) {
        visit(`${at}.${/^[a-z][a-z_]*$/.test(name) ? name : '*'}`, each);
      }
    }
  };
  visit('', value);
  return [...paths].sort();
}
