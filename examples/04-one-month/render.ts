import { canonical, decimal, HUNDRED } from '@portal/billing';
import { type DashboardBody } from '@portal/contracts';

/** One answer with its details, as a billing engineer would write it down. All of it is EUR. */
export function render(answer: DashboardBody): readonly string[] {
  const { next_billing, upcoming_charges, usage_progress, quick_actions, details } = answer;
  const [subscription] = details?.subscriptions ?? [];
  const zone = subscription?.timezone ?? 'UTC';
  const at = (instant: string): string => localTime(instant, zone);
  const { current_period: period, previous_period: previous } = subscription ?? {};
  return [
    ...next_billing.map((row) =>
      line(
        'next bill',
        `${at(row.next_billing_date)}, in ${row.days_until_next_billing} days: ${euro(row.amount_cents)}, ${row.plan_name}, ${row.plan_interval}`,
      ),
    ),
    line('period', period ? `${at(period.start)} to ${at(period.end)}` : 'not begun'),
    ...(subscription?.charges ?? []).map((charge) =>
      line(
        '',
        `${charge.metric_name.padEnd(14)} ${(charge.units ?? '?').padStart(6)} units  ${euro(charge.amount ?? '?').padStart(9)}`,
      ),
    ),
    ...upcoming_charges.map((row) =>
      line(
        'so far',
        `plan ${euro(row.base_amount_cents)} + usage ${euro(row.usage_amount_cents)} = ${euro(row.total_estimated_cents)}`,
      ),
    ),
    ...(previous
      ? [
          line(
            'before',
            `${at(previous.start)} to ${at(previous.end)}: usage ${euro(previous.usage_amount_cents ?? '?')}, ${previous.invoice_arrived ? 'invoiced' : 'no invoice yet'}`,
          ),
        ]
      : []),
    ...usage_progress.map((row) =>
      line(
        'limit',
        row.current_usage === null
          ? `${row.feature_name}: ${row.entitlement_value}`
          : `${row.feature_name}: ${row.current_usage} of ${row.entitlement_value}, ${row.usage_percentage} %`,
      ),
    ),
    line('owed', owed(answer)),
    line(
      'wallets',
      `${euro(quick_actions.wallet_balance_cents)}${(details?.wallets ?? []).map((one) => `; ${one.name} ${euro(one.balance_cents)}${one.expires_at === null ? '' : ` until ${at(one.expires_at)}`}`).join('')}`,
    ),
  ];
}

const line = (name: string, text: string): string => `  ${name.padEnd(10)} ${text}`;

function owed({ quick_actions, details }: DashboardBody): string {
  const count = quick_actions.outstanding_invoice_count;
  const invoices = count === 1 ? '1 invoice' : `${count} invoices`;
  const late = (details?.overdue ?? []).map(
    (one) => `; overdue since ${one.oldest_due_date}: ${euro(one.amount_cents)}`,
  );
  return `${invoices}, ${euro(quick_actions.outstanding_amount_cents)}${late.join('')}`;
}

/** Exact: charges have fractions of a cent until they are added up. */
function euro(cents: number | string): string {
  if (cents === '?') return '?';
  const [whole = '', fraction = ''] = canonical(decimal(String(cents)).div(HUNDRED)).split('.');
  return `${whole}.${fraction.padEnd(2, '0')}`;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Thu 8 Oct 10:00`; put together by hand, as whole formats change with the version of ICU. */
function localTime(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = format.formatToParts(new Date(instant));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  const month = MONTHS[Number(part('month')) - 1] ?? '';
  return `${part('weekday')} ${Number(part('day'))} ${month} ${part('hour')}:${part('minute')}`;
}
