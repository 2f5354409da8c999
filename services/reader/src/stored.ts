import { readGenerationName } from '@portal/contracts';
import {
  type CustomerRef,
  decodeDocument,
  decodeRecord,
  type Document,
  FOLD_VERSION,
  itemise,
  type Items,
  PART_NAMES,
  type State,
  type StoredRecord,
} from '@portal/projection';
import { type QuietLog } from '@portal/runtime';
import { type DocumentReader, type Freshness } from '@portal/stores';
import { type ReaderError } from './errors.ts';
import { type ReaderMetrics } from './metrics.ts';
import { type RequestContext } from './request-log.ts';

/** One customer's document as it was found. */
export interface Stored {
  readonly kind: 'stored';
  readonly generation: string;
  readonly stateId: string;
  readonly document: Document;
  /** How its amounts came about; null unless it was asked for. */
  readonly items: Items | null;
  /** Only when asked for; null too when the store did not tell in time. */
  readonly freshness: ReadonlyMap<string, Freshness> | null;
}

export type StoredResult = Stored | Failed;

export interface StoredDeps {
  readonly documents: DocumentReader;
  readonly metrics: ReaderMetrics;
  /** Each request has a line of its own already. */
  readonly trouble: QuietLog;
}

/** What the answer will need besides the document. */
export interface Wanted {
  readonly freshness: boolean;
  readonly items: boolean;
}

/** What the store holds under the customer's key, unread. */
export interface Found {
  readonly kind: 'found';
  readonly generation: string;
  readonly text: string;
  readonly record: StoredRecord | null;
  readonly freshness: Stored['freshness'];
  /** Whether the store says, unasked, that it is the answer of now as well; null: it does not. */
  readonly isUnchanged: (() => boolean) | null;
}

type Failed = { readonly kind: 'error'; readonly error: ReaderError };

/** Looks the customer's document up. Freshness is asked for before it, so the document is at least as new as that says. */
export async function lookUp(
  ref: CustomerRef,
  wanted: Wanted,
  { documents, trouble }: StoredDeps,
): Promise<Found | Failed> {
  const asked = wanted.freshness ? documents.freshness() : null;
  const lookup = await documents.document(ref, { withRecord: wanted.items ? PART_NAMES : [] });
  switch (lookup.kind) {
    case 'down':
      trouble.warn('store', { reason: lookup.reason }, 'the store gave no answer');
      return failed({ code: 'unavailable' });
    case 'missing':
      return failed({ code: 'unknown_customer' });
    case 'found': {
      const { generation, document: text, record, isUnchanged = null } = lookup;
      return { kind: 'found', generation, text, record, freshness: await asked, isUnchanged };
    }
    default:
      return lookup satisfies never;
  }
}

/** Reads what was found, and proves that it is this customer's before anybody sees it. */
export function readStored(
  ref: CustomerRef,
  { generation, text, record, freshness }: Found,
  { metrics }: StoredDeps,
  context: RequestContext,
): StoredResult {
  const internal = failed({ code: 'internal', requestId: context.id });
  const unreadable = (what: string, reason: string): StoredResult => {
    metrics.unreadable.inc();
    context.logger().error({ generation, reason }, `unreadable ${what}`);
    return internal;
  };
  const decoded = decodeDocument(text);
  if (decoded.kind === 'unreadable') return unreadable('document', decoded.reason);
  const { stateId, document } = decoded;
  const read = record === null ? null : readRecord(generation, record);
  if (read?.kind === 'unreadable') return unreadable('record', read.reason);
  const strangers = [document.ref, read?.ref ?? ref].filter((stored) => stored !== ref);
  if (strangers.length > 0) {
    metrics.wrongCustomer.inc();
    context.logger().error({ generation, stored: strangers[0] }, 'wrong customer: not answered');
    return internal;
  }
  if (read?.kind === 'other_fold') {
    const versions = { fold: read.fold, own: FOLD_VERSION };
    context
      .logger()
      .error({ generation, ...versions }, 'details of another fold version cannot be made');
    return failed({ code: 'unavailable' });
  }
  const items = read === null ? null : itemise(read.state);
  return { kind: 'stored', generation, stateId, document, items, freshness };
}

type ReadRecord =
  | { readonly kind: 'state'; readonly ref: CustomerRef; readonly state: State }
  /** `ref` is null where only the generation's name tells the version. */
  | { readonly kind: 'other_fold'; readonly ref: CustomerRef | null; readonly fold: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

function readRecord(generation: string, record: StoredRecord): ReadRecord {
  // Nobody here knows what the parts of another version hold: its name is asked first.
  const named = readGenerationName(generation)?.foldVersion ?? FOLD_VERSION;
  if (named !== FOLD_VERSION) return { kind: 'other_fold', ref: null, fold: named };
  const decoded = decodeRecord(record);
  if (decoded.kind === 'unreadable') return decoded;
  const { state } = decoded;
  const { ref, fold } = state;
  return fold === FOLD_VERSION ? { kind: 'state', ref, state } : { kind: 'other_fold', ref, fold };
}

const failed = (error: ReaderError): Failed => ({ kind: 'error', error });
