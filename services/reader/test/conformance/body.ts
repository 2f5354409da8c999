import { expect } from '@jest/globals';

/** The contract's fields in its order, written down here a second time on purpose. */
const ROW = ['subscription_id', 'subscription_external_id', 'plan_name'];
const FIELDS = {
  next_billing: [
    ...[...ROW, 'plan_interval', 'next_billing_date', 'days_until_next_billing'],
    ...['amount_cents', 'currency'],
  ],
  upcoming_charges: [
    ...[...ROW, 'base_amount_cents', 'usage_amount_cents', 'total_estimated_cents', 'currency'],
  ],
  usage_progress: [
    ...['feature_name', 'feature_code', 'feature_type', 'entitlement_value'],
    ...['current_usage', 'usage_percentage'],
  ],
  quick_actions: [
    ...['outstanding_invoice_count', 'outstanding_amount_cents', 'has_wallet'],
    ...['wallet_balance_cents', 'has_active_subscription', 'currency'],
  ],
} as const;

type Row = Readonly<Record<string, unknown>>;
interface Body {
  readonly next_billing: readonly Row[];
  readonly upcoming_charges: readonly Row[];
  readonly usage_progress: readonly Row[];
  readonly quick_actions: Row;
}

/** UTC with Z; six fraction digits, and only when they are not zero. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(?!000000)\d{6})?Z$/;
/** The pattern clients know, and the shortest form. */
const DECIMAL = /^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$/;
const SHORTEST = /^-?(0|[1-9]\d*)(\.\d*[1-9])?$/;
const FOUR_DECIMALS = /^\d{1,3}(\.\d{1,4})?$/;

/** What the schema cannot say: order, forms, and that numbers of one answer agree. */
export function expectContract(text: string, include: readonly string[]): void {
  const body = JSON.parse(text) as Body;
  // Were a name there twice, or a number in another spelling, this text would differ.
  expect(JSON.stringify(body)).toBe(text);
  const extras = ['meta', 'details'].filter((name) => include.includes(name));
  expect(Object.keys(body)).toEqual([...Object.keys(FIELDS), ...extras]);
  for (const name of ['next_billing', 'upcoming_charges', 'usage_progress'] as const) {
    for (const row of body[name]) expect(Object.keys(row)).toEqual(FIELDS[name]);
  }
  expect(Object.keys(body.quick_actions)).toEqual(FIELDS.quick_actions);
  expectValues(body);
}

function expectValues({ next_billing, upcoming_charges, usage_progress, quick_actions }: Body) {
  for (const row of next_billing) expect(row['next_billing_date']).toMatch(INSTANT);
  for (const row of upcoming_charges) {
    const sum = Number(row['base_amount_cents']) + Number(row['usage_amount_cents']);
    // Beyond, the end of the range is shown.
    expect(row['total_estimated_cents']).toBe(Math.min(sum, Number.MAX_SAFE_INTEGER));
  }
  for (const { current_usage: used, usage_percentage: share } of usage_progress) {
    expect(share === null).toBe(used === null);
    if (used === null) continue;
    expect(used).toMatch(DECIMAL);
    expect(used).toMatch(SHORTEST);
    expect(String(share)).toMatch(FOUR_DECIMALS);
  }
  const codes = usage_progress.map((row) => row['feature_code']);
  expect(new Set(codes).size).toBe(codes.length);
  const ids = (rows: readonly Row[]) => rows.map((row) => row['subscription_id']);
  expect(ids(upcoming_charges)).toEqual(ids(next_billing));
  expect(quick_actions['has_active_subscription']).toBe(next_billing.length > 0);
  if (quick_actions['has_wallet'] === false) expect(quick_actions['wallet_balance_cents']).toBe(0);
}
