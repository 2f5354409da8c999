import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
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
  encodeRecord,
  FOLD_VERSION,
  view,
} from '../../src/index.ts';

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
    const stateId = 'a-state-id';
    expect(decodeDocument(encodeDocument(stateId, document))).toEqual({
      kind: 'document',
      stateId,
      document,
    });
  });

  /** Written by the last release that wrote it, with what its code answered. */
  const old = JSON.parse(
    readFileSync('packages/projection/test/fixtures/document-4.json', 'utf8'),
  ) as OldDocument;
  const oldAnswers = (text: string) => {
    const decoded = decodeDocument(text);
    if (decoded.kind !== 'document') throw new Error(decoded.reason);
    return old.answers.map(({ at: iso }) => {
      const { summary, reasons } = view(decoded.document, at(iso));
      return { at: iso, summary, codes: reasons.map(({ code }) => code) };
    });
  };

  it('of version 4 are answered by today’s code as they were then', () => {
    expect(oldAnswers(old.text)).toEqual(old.answers);
  });

  it('of version 3 are read by today’s code: a customer beyond its holes was frozen, its holes are still told', () => {
    const text = rewritten(old.text, 3, ({ hole_ranges, ...rest }) => ({ ...rest, frozen: true }));
    expect(oldAnswers(text)).toEqual(old.answers);
    const holes = [{ partition: 'usage/0', offset: 7 }];
    const frozen = rewritten(text, 3, (rest) => ({ ...rest, holes }));
    expect(decodeDocument(frozen)).toMatchObject({ document: { holes, hole_ranges: [] } });
  });

  it('of version 2 are read by today’s code: they knew no end of a named period and no conflicts', () => {
    const text = rewritten(old.text, 2, ({ hole_ranges, conflicts, subscriptions, ...rest }) => ({
      ...rest,
      frozen: false,
      subscriptions: subscriptions.map(({ current_period_end, ...each }) => each),
    }));
    expect(oldAnswers(text)).toEqual(old.answers);
    expect(decodeDocument(text)).toMatchObject({
      document: {
        subscriptions: [{ current_period_end: null }],
        conflicts: { listed: [], more: 0 },
      },
    });
  });

  it.each(['', 'x', 'abc 1\n{}', 'abc 6\n{}', 'abc 5\n{', '\n{}'])(
    '%j is unreadable, and why is said',
    (text) => {
      expect(decodeDocument(text)).toMatchObject({
        kind: 'unreadable',
        reason: expect.any(String),
      });
    },
  );
});

interface OldDocument {
  readonly text: string;
  readonly answers: readonly { readonly at: string }[];
}

type Old = Readonly<Record<string, unknown>> & {
  readonly subscriptions: readonly Readonly<Record<string, unknown>>[];
};

/** The stored text with another version and what `change` makes of the document. */
function rewritten(text: string, version: number, change: (old: Old) => object): string {
  const [head = '', json = ''] = text.split('\n');
  return `${head.split(' ')[0] ?? ''} ${version}\n${JSON.stringify(change(JSON.parse(json) as Old))}`;
}

describe('what is stored', () => {
  const FILE = 'packages/projection/test/fixtures/stored.json';
  const stored = {
    codec: DOCUMENT_CODEC_VERSION,
    document: pathsOf(document),
    fold: FOLD_VERSION,
    record: Object.fromEntries(encodeRecord(record.state, null).parts),
  };

  it('changes only with DOCUMENT_CODEC_VERSION and FOLD_VERSION: raise them, then UPDATE_GOLDEN=1', () => {
    if (process.env['UPDATE_GOLDEN'] === '1')
      writeFileSync(FILE, `${JSON.stringify(stored, null, 2)}\n`);
    expect(stored).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
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
