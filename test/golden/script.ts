import { type Micros, parseIso, type Charge, type Plan } from '@portal/billing';
import {
  type BillingEvent,
  type Entitlement,
  type PendingPlan,
  type SubscriptionSnapshot,
} from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aPlan,
  aSubscription,
  aUsage,
  aWallet,
} from '@portal/testkit';

/**
 * A golden story is a text: events in the order they are published, and between them instants, each
 * followed by what the customer sees then.
 *
 *     # a comment
 *     2026-11-03T09:15:00Z subscription.created trial_period_days=14
 *         plan = {"name": "Starter", "amount_cents": 1900}
 *     > 2026-11-05T12:00:00Z
 *       next      Starter …
 *
 * A field is JSON or plain text; what is not given comes from the builders of the test kit. Versions
 * count up by themselves. Usage happens when it is published, unless `timestamp` says otherwise.
 */
export type Step =
  /** Lines that stay as they are: comments, blanks, the text of an event. */
  | {
      readonly kind: 'text';
      readonly lines: readonly string[];
      readonly event: BillingEvent | null;
    }
  | { readonly kind: 'look'; readonly now: string };

export function parseScript(text: string): readonly Step[] {
  const steps: Step[] = [];
  const versions = new Map<string, number>();
  const lines = text.trimEnd().split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line.startsWith('> ')) {
      steps.push({ kind: 'look', now: line.slice(2) });
    } else if (/^\d/.test(line)) {
      const block = [line];
      while (lines[index + 1]?.startsWith('    ')) block.push(lines[(index += 1)] ?? '');
      const event = eventOf(block, versions, `line-${index}`);
      steps.push({ kind: 'text', lines: block, event });
    } else if (!line.startsWith('  ')) {
      steps.push({ kind: 'text', lines: [line], event: null });
    }
  }
  return steps;
}

type Values = Readonly<Record<string, unknown>>;

function eventOf(
  [head = '', ...rest]: readonly string[],
  versions: Map<string, number>,
  eventId: string,
): BillingEvent {
  const [time = '', type = '', ...inline] = head.split(' ');
  const values = Object.fromEntries([...inline, ...rest].map(fieldOf));
  const occurred_at = instantOf(time);
  const family = type.split('.')[0] ?? '';
  if (family === 'usage') {
    return aUsage({ timestamp: occurred_at, ...values }, { occurred_at, event_id: eventId });
  }
  const entity = `${family} ${String(values['id'] ?? '')}`;
  const version = (versions.get(entity) ?? 0) + 1;
  versions.set(entity, version);
  const around = { occurred_at, event_type: type } as object;
  switch (family) {
    case 'customer':
      return aCustomer({ version, ...values }, around);
    case 'subscription':
      return aSubscription({ version, ...subscriptionOf(values) }, around);
    case 'invoice':
      return anInvoice({ version, ...values }, around);
    case 'wallet':
      return aWallet({ version, ...values }, around);
    default:
      throw new Error(`no such event: ${type}`);
  }
}

function fieldOf(text: string): readonly [string, unknown] {
  const [, name = '', value = ''] = /^\s*(\w+)\s*=\s*(.*)$/.exec(text) ?? [];
  if (name === '') throw new Error(`not a field: ${text}`);
  return [name, /(_at|_start|^timestamp)$/.test(name) ? instantOf(value) : jsonOrText(value)];
}

function jsonOrText(value: string): unknown {
  return /^([[{"]|null$|true$|false$|-?\d+$)/.test(value) ? JSON.parse(value) : value;
}

function instantOf(text: string): Micros {
  const instant = parseIso(text);
  if (instant === null) throw new Error(`not an instant: ${text}`);
  return instant;
}

function subscriptionOf(values: Values): Partial<SubscriptionSnapshot> {
  const { plan, pending_plan, charges, entitlements, ...rest } = values;
  const pending = pending_plan as (Partial<Plan> & { readonly effective_at: string }) | undefined;
  return {
    ...rest,
    ...(plan === undefined ? {} : { plan: aPlan(plan) }),
    ...(pending === undefined ? {} : { pending_plan: pendingOf(pending) }),
    ...(charges === undefined ? {} : { charges: (charges as Partial<Charge>[]).map(aCharge) }),
    ...(entitlements === undefined
      ? {}
      : { entitlements: (entitlements as Partial<Entitlement>[]).map(anEntitlement) }),
  };
}

const pendingOf = ({
  effective_at,
  ...plan
}: Partial<Plan> & { readonly effective_at: string }): PendingPlan => ({
  plan: aPlan(plan),
  effective_at: instantOf(effective_at),
});
