import { type Plan } from '@portal/billing';
import { type Conflict } from '../answer.ts';
import {
  type Document,
  type DocumentCharge,
  type DocumentHole,
  type DocumentHoleRange,
  type DocumentInvoices,
  type DocumentSubscription,
  type DocumentWallet,
  type PricedCharge,
  type PricedGap,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';
import { type Entitlement } from '../events.ts';
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
  `${stateId} ${DOCUMENT_CODEC_VERSION}\n${JSON.stringify(inOrder(document))}`;

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
  [String(DOCUMENT_CODEC_VERSION), (stored) => stored as Document],
]);

/**
 * The same document, its values in the order in which they are named here: what is written rests on no other.
 * The order of a dictionary follows from its keys alone.
 */
const inOrder = (document: Document): Document => ({
  ref: document.ref,
  vector: document.vector,
  holes: document.holes.map(({ partition, offset }): DocumentHole => ({ partition, offset })),
  hole_ranges: document.hole_ranges.map(({ partition, count, first, last }): DocumentHoleRange => ({
    partition,
    count,
    first,
    last,
  })),
  as_of: document.as_of,
  timezone: document.timezone,
  currency: document.currency,
  subscriptions: document.subscriptions.map(subscription),
  wallets: document.wallets.map(wallet),
  invoices: document.invoices.map(invoices),
  conflicts: {
    listed: document.conflicts.listed.map(conflict),
    more: document.conflicts.more,
  },
  ledger_from: document.ledger_from,
});

const subscription = (own: DocumentSubscription): DocumentSubscription => ({
  id: own.id,
  external_id: own.external_id,
  status: own.status,
  timezone: own.timezone,
  billing_time: own.billing_time,
  month_end: own.month_end,
  current_period_start: own.current_period_start,
  current_period_end: own.current_period_end,
  subscription_at: own.subscription_at,
  started_at: own.started_at,
  created_at: own.created_at,
  ending_at: own.ending_at,
  terminated_at: own.terminated_at,
  trial_period_days: own.trial_period_days,
  trial_ended_at: own.trial_ended_at,
  plan: plan(own.plan),
  pending_plan: own.pending_plan && {
    plan: plan(own.pending_plan.plan),
    effective_at: own.pending_plan.effective_at,
  },
  charges: own.charges.map(charge),
  entitlements: own.entitlements.map(entitlement),
  kept: own.kept && {
    from: own.kept.from,
    until: own.kept.until,
    without_usage_from: own.kept.without_usage_from,
  },
  periods: own.periods.map(({ start, end, newest, ...usage }): PricedPeriod => ({
    start,
    end,
    newest,
    ...priced(usage),
  })),
  gaps: own.gaps.map(({ from, ...usage }): PricedGap => ({ from, ...priced(usage) })),
  without_usage: priced(own.without_usage),
});

const plan = (own: Plan): Plan => ({
  code: own.code,
  name: own.name,
  interval: own.interval,
  amount_cents: own.amount_cents,
  currency: own.currency,
  pay_in_advance: own.pay_in_advance,
  minimum_commitment_cents: own.minimum_commitment_cents,
});

const charge = (own: DocumentCharge): DocumentCharge => ({
  id: own.id,
  metric_code: own.metric_code,
  metric_name: own.metric_name,
  charge_model: own.charge_model,
  aggregation: own.aggregation,
  recurring: own.recurring,
});

const entitlement = (own: Entitlement): Entitlement => ({
  feature_code: own.feature_code,
  feature_name: own.feature_name,
  feature_type: own.feature_type,
  value: own.value,
});

const priced = ({ charges, features }: PricedUsage): PricedUsage => ({
  charges: charges.map(({ units, events, amount, reason }): PricedCharge => ({
    units,
    events,
    amount,
    reason,
  })),
  features,
});

const wallet = (own: DocumentWallet): DocumentWallet => ({
  id: own.id,
  name: own.name,
  currency: own.currency,
  balance_cents: own.balance_cents,
  priority: own.priority,
  expiration_at: own.expiration_at,
  created_at: own.created_at,
});

const invoices = ({ currency, count, due_cents, dates }: DocumentInvoices): DocumentInvoices => ({
  currency,
  count,
  due_cents,
  dates: dates.map((date) => ({
    due_date: date.due_date,
    count: date.count,
    due_cents: date.due_cents,
  })),
});

const conflict = ({ entity, id, version, events }: Conflict): Conflict => ({
  entity,
  id,
  version,
  events,
});
