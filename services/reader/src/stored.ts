import {
  type CustomerRef,
  decodeDocument,
  type Document,
  FOLD_VERSION,
  itemise,
  type Items,
  type State,
} from '@portal/projection';
import { type Logger, type QuietLog } from '@portal/runtime';
import { type DocumentReader, type Freshness } from '@portal/stores';
import { type ReaderError } from './errors.ts';
import { type ReaderMetrics } from './metrics.ts';

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

export type StoredResult = Stored | { readonly kind: 'error'; readonly error: ReaderError };

export interface StoredDeps {
  readonly documents: DocumentReader;
  readonly metrics: ReaderMetrics;
  /** Each request has a line of its own already. */
  readonly trouble: QuietLog;
}

/** What one request is known by. */
export interface RequestContext {
  readonly id: string;
  /** Writes the request id into every line, and the ids of organisation and customer once they are known. */
  readonly logger: Logger;
}

/** What the answer will need besides the document. */
export interface Wanted {
  readonly freshness: boolean;
  readonly items: boolean;
}

/**
 * Looks the customer's document up and proves that it is this customer's before anybody sees it.
 * The freshness is asked for first: what it says the document includes at least.
 */
export async function findStored(
  ref: CustomerRef,
  wanted: Wanted,
  { documents, metrics, trouble }: StoredDeps,
  context: RequestContext,
): Promise<StoredResult> {
  const [freshness, lookup] = await Promise.all([
    wanted.freshness ? documents.freshness() : null,
    documents.document(ref, { withHead: wanted.items }),
  ]);
  switch (lookup.kind) {
    case 'down':
      trouble.warn('store', { reason: lookup.reason }, 'the store gave no answer');
      return failed({ code: 'unavailable' });
    case 'missing':
      return failed({ code: 'unknown_customer' });
    case 'found':
      break;
    default:
      return lookup satisfies never;
  }
  const { generation } = lookup;
  const decoded = decodeDocument(lookup.document);
  if (decoded.kind === 'unreadable') {
    metrics.unreadable.inc();
    context.logger.error({ generation, reason: decoded.reason }, 'unreadable document');
    return failed({ code: 'internal', requestId: context.id });
  }
  const { stateId, document } = decoded;
  const state = lookup.head === null ? null : (JSON.parse(lookup.head) as State);
  const strangers = [document.ref, state?.ref ?? ref].filter((stored) => stored !== ref);
  if (strangers.length > 0) {
    metrics.wrongCustomer.inc();
    context.logger.error({ generation, stored: strangers[0] }, 'wrong customer: not answered');
    return failed({ code: 'internal', requestId: context.id });
  }
  if (state !== null && state.fold !== FOLD_VERSION) {
    const versions = { fold: state.fold, own: FOLD_VERSION };
    context.logger.error(
      { generation, ...versions },
      'details of another fold version cannot be made',
    );
    return failed({ code: 'unavailable' });
  }
  const items = state === null ? null : itemise(state);
  return { kind: 'stored', generation, stateId, document, items, freshness };
}

const failed = (error: ReaderError): StoredResult => ({ kind: 'error', error });
