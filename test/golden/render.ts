import { toIso } from '@portal/billing';
import { type DetailedAnswer } from '@portal/projection';

/** What a customer sees, as lines for a person to read; amounts in minor units. */
export function render({
  summary,
  details,
  reasons,
  validUntil,
}: DetailedAnswer): readonly string[] {
  const { quick_actions: actions } = summary;
  const wallet = actions.has_wallet ? `wallet ${actions.wallet_balance_cents}` : 'no wallet';
  const lines: (readonly [string, string])[] = [
    ...summary.next_billing.map((row): [string, string] => [
      'next',
      `${row.plan_name} (${row.plan_interval})  ${row.next_billing_date} in ${row.days_until_next_billing} days  ${row.amount_cents} ${row.currency}`,
    ]),
    ...summary.upcoming_charges.map((row): [string, string] => [
      'upcoming',
      `${row.plan_name}  ${row.base_amount_cents} + ${row.usage_amount_cents} = ${row.total_estimated_cents} ${row.currency}`,
    ]),
    ...summary.usage_progress.map((row): [string, string] => [
      'usage',
      `${row.feature_name}  ${row.current_usage ?? '-'} of ${row.entitlement_value}  ${row.usage_percentage ?? '-'} %`,
    ]),
    [
      'actions',
      `${actions.outstanding_invoice_count} outstanding ${actions.outstanding_amount_cents}, ${wallet}, ${actions.has_active_subscription ? 'active' : 'not active'}, ${actions.currency}`,
    ],
    ...details.subscriptions.flatMap((row): [string, string][] => [
      ['period', periodOf(row.current_period)],
      ...(row.previous_period
        ? [['before', periodOf(row.previous_period, true)] as [string, string]]
        : []),
      ...row.charges.map((charge): [string, string] => [
        'charge',
        `${charge.charge_id}  ${charge.units ?? '-'} units of ${charge.events} events  ${charge.amount ?? '-'}`,
      ]),
      ...(row.in_trial ? [['trial', `until ${row.trial_ends_at ?? ''}`] as [string, string]] : []),
      ...(row.ends_at === null ? [] : [['ends', row.ends_at] as [string, string]]),
    ]),
    ...details.overdue.map((due): [string, string] => [
      'overdue',
      `${due.count} of ${due.amount_cents} ${due.currency} since ${due.oldest_due_date}`,
    ]),
    ...details.wallets.map((one): [string, string] => [
      'wallet',
      `${one.name ?? ''}  ${one.balance_cents} ${one.currency}  priority ${one.priority}  expires ${one.expires_at ?? 'never'}`,
    ]),
    ...reasons.map(({ code, detail }): [string, string] => ['partial', `${code}: ${detail}`]),
    ['holds', `until ${validUntil === null ? 'an event' : toIso(validUntil)}`],
  ];
  return lines.map(([name, text]) => `  ${name.padEnd(9)} ${text}`);
}

function periodOf(
  period: { start: string; end: string; usage_amount_cents?: number | null } | null,
  withUsage = false,
): string {
  if (period === null) return 'not begun';
  const usage = withUsage ? `  usage ${period.usage_amount_cents ?? '-'}` : '';
  return `${period.start} to ${period.end}${usage}`;
}
