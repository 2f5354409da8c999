import { type Micros, type Plan } from '@portal/billing';
import { type Conflict } from '../answer.ts';
import {
  type Document,
  type DocumentCharge,
  type DocumentConflicts,
  type DocumentHole,
  type DocumentHoleRange,
  type DocumentInvoices,
  type DocumentSubscription,
  type DocumentWallet,
  type FeatureUsage,
  type KeptUsage,
  type PricedCharge,
  type PricedGap,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';
import { type Entitlement, type PendingPlan } from '../events.ts';
import { asWritten, type Codec, dict, list, nullable, shape } from './codec.ts';
import { OLDER_DOCUMENTS } from './older-documents.ts';

/**
 * The stored form of a document: `<state id> <codec version>\n<JSON>`. The first bytes name the state,
 * so a reader that has rendered it already needs to look no further. Its JSON has the names of `Document`: an engineer
 * can read it, and a reader takes it as it is.
 */
export const DOCUMENT_CODEC_VERSION = 5;

export type DecodedDocument =
  | { readonly kind: 'document'; readonly stateId: string; readonly document: Document }
  | { readonly kind: 'unreadable'; readonly reason: string };

export const encodeDocument = (stateId: string, document: Document): string =>
  `${stateId} ${DOCUMENT_CODEC_VERSION}\n${JSON.stringify(codec.encode(document))}`;

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
  ...OLDER_DOCUMENTS,
  [String(DOCUMENT_CODEC_VERSION), (stored) => codec.decode(stored)],
]);

const plan = shape<Plan>({
  code: asWritten(),
  name: asWritten(),
  interval: asWritten(),
  amount_cents: asWritten(),
  currency: asWritten(),
  pay_in_advance: asWritten(),
  minimum_commitment_cents: asWritten(),
});

const feature = shape<Entitlement>({
  feature_code: asWritten(),
  feature_name: asWritten(),
  feature_type: asWritten(),
  value: asWritten(),
});

const charge = shape<DocumentCharge>({
  id: asWritten(),
  metric_code: asWritten(),
  metric_name: asWritten(),
  charge_model: asWritten(),
  aggregation: asWritten(),
  recurring: asWritten(),
});

const pricedCharge = shape<PricedCharge>({
  units: asWritten(),
  events: asWritten(),
  amount: asWritten(),
  reason: asWritten(),
});

/** Units or a reason: one name, so that there is no order. */
const priced = { charges: list(pricedCharge), features: dict(asWritten<FeatureUsage>()) };

const subscription = shape<DocumentSubscription>({
  id: asWritten(),
  external_id: asWritten(),
  status: asWritten(),
  timezone: asWritten(),
  billing_time: asWritten(),
  month_end: asWritten(),
  current_period_start: asWritten(),
  current_period_end: asWritten(),
  subscription_at: asWritten(),
  started_at: asWritten(),
  created_at: asWritten(),
  ending_at: asWritten(),
  terminated_at: asWritten(),
  trial_period_days: asWritten(),
  trial_ended_at: asWritten(),
  plan,
  pending_plan: nullable(shape<PendingPlan>({ plan, effective_at: asWritten() })),
  charges: list(charge),
  entitlements: list(feature),
  kept: nullable(
    shape<KeptUsage>({ from: asWritten(), until: asWritten(), idle_from: asWritten() }),
  ),
  periods: list(
    shape<PricedPeriod>({ start: asWritten(), end: asWritten(), newest: asWritten(), ...priced }),
  ),
  gaps: list(shape<PricedGap>({ from: asWritten(), ...priced })),
  idle: shape<PricedUsage>(priced),
});

const wallet = shape<DocumentWallet>({
  id: asWritten(),
  name: asWritten(),
  currency: asWritten(),
  balance_cents: asWritten(),
  priority: asWritten(),
  expiration_at: asWritten(),
  created_at: asWritten(),
});

const invoices = shape<DocumentInvoices>({
  currency: asWritten(),
  count: asWritten(),
  due_cents: asWritten(),
  dates: list(
    shape<DocumentInvoices['dates'][number]>({
      due_date: asWritten(),
      count: asWritten(),
      due_cents: asWritten(),
    }),
  ),
});

const conflicts = shape<DocumentConflicts>({
  listed: list(
    shape<Conflict>({
      entity: asWritten(),
      id: asWritten(),
      version: asWritten(),
      events: asWritten(),
    }),
  ),
  more: asWritten(),
});

const codec = shape<Document>({
  ref: asWritten(),
  vector: dict(asWritten<number>()),
  holes: list(shape<DocumentHole>({ partition: asWritten(), offset: asWritten() })),
  hole_ranges: list(
    shape<DocumentHoleRange>({
      partition: asWritten(),
      count: asWritten(),
      first: asWritten(),
      last: asWritten(),
    }),
  ),
  as_of: dict(asWritten<Micros>()) as Codec<Document['as_of']>,
  timezone: asWritten(),
  currency: asWritten(),
  subscriptions: list(subscription),
  wallets: list(wallet),
  invoices: list(invoices),
  conflicts,
  ledger_from: asWritten(),
});
