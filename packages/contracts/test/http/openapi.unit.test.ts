import { describe, expect, it } from '@jest/globals';
import { openapiValidator } from '@portal/testkit';
import { EXAMPLE_BODY } from '../../src/http/examples.ts';
import { openapi } from '../../src/http/openapi.ts';

const document = JSON.parse(JSON.stringify(openapi())) as ReturnType<typeof openapi>;
const problemsOf = openapiValidator(document);
const operation = document.paths['/portal/dashboard_summary'].get;

function everyReference(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = (value as { $ref?: unknown }).$ref;
  return [
    ...(typeof own === 'string' ? [own] : []),
    ...Object.values(value).flatMap((each) => everyReference(each)),
  ];
}

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 with every status of the contract', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(Object.keys(operation.responses)).toEqual([
      '200',
      '304',
      '401',
      '404',
      '422',
      '500',
      '503',
    ]);
  });

  it('has no reference that leads nowhere', () => {
    const references = new Set(everyReference(document));
    const known = Object.keys(document.components.schemas).map(
      (name) => `#/components/schemas/${name}`,
    );
    expect([...references].filter((reference) => !known.includes(reference))).toEqual([]);
    expect(references.size).toBeGreaterThan(5);
  });

  it('holds examples that fit their own schemas', () => {
    const problems = Object.entries(operation.responses).flatMap(([status, response]) => {
      const content = (response as { content?: Record<string, JsonContent> }).content ?? {};
      return Object.values(content).flatMap(({ schema, examples }) => {
        const name = schema.$ref.split('/').at(-1)!;
        expect(Object.keys(examples).length).toBeGreaterThan(0);
        return Object.values(examples).flatMap(({ value }) =>
          problemsOf(name, value).map((problem) => `${status}: ${problem}`),
        );
      });
    });
    expect(problems).toEqual([]);
  });

  it('refuses a body with a field too many, too few, or of another type', () => {
    const check = (body: object) => problemsOf('Dashboard', body);
    const { quick_actions, ...tooFew } = EXAMPLE_BODY;
    expect(check(EXAMPLE_BODY)).toEqual([]);
    expect(check({ ...EXAMPLE_BODY, surprise: 1 })).not.toEqual([]);
    expect(check(tooFew)).not.toEqual([]);
    const float = { ...quick_actions, outstanding_amount_cents: 1.5 };
    expect(check({ ...EXAMPLE_BODY, quick_actions: float })).not.toEqual([]);
    const [progress] = EXAMPLE_BODY.usage_progress;
    const exponent = [{ ...progress!, current_usage: '1e5' }];
    expect(check({ ...EXAMPLE_BODY, usage_progress: exponent })).not.toEqual([]);
  });

  it('documents every parameter, and `at` only where it is one', () => {
    const names = (from: ReturnType<typeof openapi>) =>
      from.paths['/portal/dashboard_summary'].get.parameters.map(({ name }) => name);
    expect(names(openapi())).toEqual(['token', 'include', 'If-None-Match']);
    expect(names(openapi({ at: true }))).toEqual(['token', 'include', 'If-None-Match', 'at']);
  });

  it('keeps the order of the fields that the contract gives', () => {
    const properties = (name: string) =>
      Object.keys(document.components.schemas[name]!['properties'] as object);
    expect(properties('Dashboard')).toEqual(
      'next_billing upcoming_charges usage_progress quick_actions meta details'.split(' '),
    );
    expect(properties('NextBilling')).toEqual([
      ...['subscription_id', 'subscription_external_id', 'plan_name', 'plan_interval'],
      ...['next_billing_date', 'days_until_next_billing', 'amount_cents', 'currency'],
    ]);
    expect(properties('UpcomingCharge')).toEqual([
      ...['subscription_id', 'subscription_external_id', 'plan_name', 'currency'],
      ...['base_amount_cents', 'usage_amount_cents', 'total_estimated_cents'],
    ]);
    expect(properties('UsageProgress')).toEqual([
      ...['feature_name', 'feature_code', 'feature_type', 'entitlement_value'],
      ...['current_usage', 'usage_percentage'],
    ]);
    expect(properties('QuickActions')).toEqual([
      ...['outstanding_invoice_count', 'outstanding_amount_cents', 'has_wallet'],
      ...['wallet_balance_cents', 'has_active_subscription', 'currency'],
    ]);
  });
});

interface JsonContent {
  readonly schema: { readonly $ref: string };
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}
