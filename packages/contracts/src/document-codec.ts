import { createHash } from 'node:crypto';
import { type Micros } from '@portal/billing';
import {
  type Document,
  type DocumentCharge,
  type DocumentSubscription,
  type PricedPeriod,
  type State,
  vectorText,
} from '@portal/projection';

/**
 * The stored form of a document: `<state id> <codec version>\n<JSON>`. The first bytes name the state,
 * so a reader that has rendered it already needs to look no further.
 */
export const DOCUMENT_CODEC_VERSION = 5;

export type DecodedDocument =
  | { readonly kind: 'document'; readonly stateId: string; readonly document: Document }
  | { readonly kind: 'unreadable'; readonly reason: string };

const STATE_ID_LENGTH = 22;

/** 128 bits of the hash of vector and holes: equal logs give equal ids. */
export function stateIdOf(
  state: Pick<State, 'vector' | 'holes' | 'hole_ranges' | 'usage'>,
): string {
  const hash = createHash('sha256').update(vectorText(state)).digest('base64url');
  return hash.slice(0, STATE_ID_LENGTH);
}

export function encodeDocument(stateId: string, document: Document): string {
  return `${stateId} ${DOCUMENT_CODEC_VERSION}\n${JSON.stringify(document)}`;
}

/** Reads every version that a generation beside this one may still be written in. */
export function decodeDocument(text: string): DecodedDocument {
  const end = text.indexOf('\n');
  const [stateId = '', version = ''] = text.slice(0, Math.max(0, end)).split(' ');
  const read = READERS.get(version);
  if (end === -1 || read === undefined) {
    const known = [...READERS.keys()].join(' or ');
    const reason = `codec version '${version.slice(0, 20)}' is not ${known}`;
    return { kind: 'unreadable', reason };
  }
  try {
    return { kind: 'document', stateId, document: read(JSON.parse(text.slice(end + 1))) };
  } catch {
    return { kind: 'unreadable', reason: 'the stored document is not JSON' };
  }
}

const READERS: ReadonlyMap<string, (stored: unknown) => Document> = new Map([
  ['2', (stored) => withoutNews(stored as DocumentV2)],
  ['3', (stored) => withoutRanges(stored as DocumentV3)],
  ['4', (stored) => withKept(stored as DocumentV4)],
  ['5', (stored) => stored as Document],
]);

/** Version 4 knew the newest usage of the customer, and the period that holds it and the one before. */
interface DocumentV4 extends Omit<Document, 'ledger_from' | 'subscriptions'> {
  readonly usage_mark: Micros | null;
  readonly subscriptions: readonly SubscriptionV4[];
}

interface SubscriptionV4 extends Omit<
  DocumentSubscription,
  'kept' | 'gaps' | 'periods' | 'charges'
> {
  readonly charges: readonly Omit<DocumentCharge, 'recurring'>[];
  readonly periods: readonly Omit<PricedPeriod, 'newest'>[];
}

const withKept = ({ usage_mark: mark, subscriptions, ...stored }: DocumentV4): Document => ({
  ...stored,
  ledger_from: null,
  subscriptions: subscriptions.map(({ periods, charges, ...subscription }) => ({
    ...subscription,
    charges: charges.map((charge) => ({ ...charge, recurring: false })),
    kept: mark === null ? null : keptUpTo(mark),
    periods: periods.map((period) => ({
      ...period,
      newest: mark !== null && period.start <= mark ? earlier(mark, period.end) : null,
    })),
    gaps: [],
  })),
});

const earlier = (a: Micros, b: Micros): Micros => (a < b ? a : b);

/** Its periods were found or not kept; what begins behind the newest usage has none. */
function keptUpTo(mark: Micros): DocumentSubscription['kept'] {
  const from = (mark + 1) as Micros;
  return { from, until: null, idle_from: from };
}

/** Version 3 listed 100 holes and folded nothing more: `frozen`. Those holes are still told. */
interface DocumentV3 extends Omit<DocumentV4, 'hole_ranges'> {
  readonly frozen: boolean;
}

const withoutRanges = ({ frozen, ...stored }: DocumentV3): Document =>
  withKept({ ...stored, hole_ranges: [] });

/** Version 2 knew neither the end of a named period nor conflicts. */
interface DocumentV2 extends Omit<DocumentV3, 'subscriptions' | 'conflicts'> {
  readonly subscriptions: readonly Omit<SubscriptionV4, 'current_period_end'>[];
}

const withoutNews = (stored: DocumentV2): Document =>
  withoutRanges({
    ...stored,
    subscriptions: stored.subscriptions.map((each) => ({ ...each, current_period_end: null })),
    conflicts: { listed: [], more: 0 },
  });
