import { describe, expect, it } from '@jest/globals';
import { openapiValidator } from '@portal/testkit';
import { EXAMPLE_BODY } from '../../src/http/examples.ts';
import { openapi } from '../../src/http/openapi.ts';
import { AT } from '../../src/http/openapi-parameters.ts';

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
    expect(Object.keys(operation.responses).map(Number)).toEqual([
      200, 304, 401, 404, 405, 422, 429, 500, 503,
    ]);
  });

  it('names the schemas as clients of the endpoint know them', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['PortalDashboardSummaryResponse', 'PortalNextBillingInfo', 'PortalUpcomingCharge'],
        ...['PortalUsageProgress', 'PortalQuickActions', 'HTTPValidationError', 'ValidationError'],
      ]),
    );
    const summary = document.components.schemas['PortalDashboardSummaryResponse'];
    expect(summary).toMatchObject({
      properties: {
        next_billing: { items: { $ref: '#/components/schemas/PortalNextBillingInfo' } },
        upcoming_charges: { items: { $ref: '#/components/schemas/PortalUpcomingCharge' } },
        usage_progress: { items: { $ref: '#/components/schemas/PortalUsageProgress' } },
        quick_actions: { $ref: '#/components/schemas/PortalQuickActions' },
      },
      required: ['next_billing', 'upcoming_charges', 'usage_progress', 'quick_actions'],
    });
    expect(document.components.schemas['HTTPValidationError']).toMatchObject({
      properties: { detail: { items: { $ref: '#/components/schemas/ValidationError' } } },
    });
  });

  it('describes HEAD as GET without bodies, and OPTIONS', () => {
    const { get, head, options } = document.paths['/portal/dashboard_summary'];
    expect(Object.keys(head.responses)).toEqual(Object.keys(get.responses));
    expect(JSON.stringify(head.responses)).not.toContain('content');
    expect(head.parameters).toEqual(get.parameters);
    expect(Object.keys(options.responses)).toContain('204');
  });

  it('gives the texts of errors as literals, and closed sets as enums', () => {
    const details = Object.values(document.components.schemas).flatMap(
      ({ properties }) =>
        (properties as { detail?: { const?: string; enum?: string[] } }).detail ?? [],
    );
    expect(details.flatMap((detail) => detail.const ?? detail.enum ?? []).sort()).toEqual([
      'Customer not found',
      'Dashboard temporarily unavailable',
      'Internal Server Error',
      'Invalid portal token',
      'Method Not Allowed',
      'Portal token has expired',
      'Too Many Requests',
    ]);
    const property = (schema: string, name: string) =>
      (document.components.schemas[schema]!['properties'] as Record<string, unknown>)[name];
    expect(property('PortalNextBillingInfo', 'plan_interval')).toMatchObject({
      enum: ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'],
    });
    expect(property('PortalUsageProgress', 'feature_type')).toMatchObject({
      enum: ['quantity', 'boolean', 'custom'],
    });
    expect(property('Meta', 'status')).toMatchObject({
      enum: ['fresh', 'stale', 'partial', 'degraded', 'rebuilding'],
    });
    expect(property('SubscriptionDetails', 'status')).toMatchObject({
      enum: ['pending', 'active', 'paused', 'canceled', 'terminated'],
    });
  });

  it('says of each header whether it always comes', () => {
    for (const { headers } of Object.values(operation.responses)) {
      const optional = Object.entries(headers as Record<string, { required: boolean }>)
        .filter(([, { required }]) => !required)
        .map(([name]) => name);
      expect(optional).toEqual('ETag' in headers ? ['Dashboard-Status'] : []);
    }
  });

  it('lets answers grow', () => {
    expect(JSON.stringify(document)).not.toContain('"additionalProperties":false');
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

  it('is broken by a body with a field too many, too few, in another place or of another type', () => {
    const check = (body: object) => problemsOf('PortalDashboardSummaryResponse', body);
    const { quick_actions, ...tooFew } = EXAMPLE_BODY;
    expect(check(EXAMPLE_BODY)).toEqual([]);
    expect(check({ ...EXAMPLE_BODY, surprise: 1 })).not.toEqual([]);
    expect(check(tooFew)).not.toEqual([]);
    expect(check({ quick_actions, ...tooFew })).not.toEqual([]);
    const float = { ...quick_actions, outstanding_amount_cents: 1.5 };
    expect(check({ ...EXAMPLE_BODY, quick_actions: float })).not.toEqual([]);
    const [progress] = EXAMPLE_BODY.usage_progress;
    const exponent = [{ ...progress!, current_usage: '1e5' }];
    expect(check({ ...EXAMPLE_BODY, usage_progress: exponent })).not.toEqual([]);
  });

  it('documents every parameter, the token as required, and `at` with its range only where it is one', () => {
    const names = (from: ReturnType<typeof openapi>) =>
      from.paths['/portal/dashboard_summary'].get.parameters.map(({ name }) => name);
    const always = ['token', 'include', 'If-None-Match', 'X-Request-Id'];
    expect(names(openapi())).toEqual(always);
    expect(names(openapi({ at: true }))).toEqual([...always, 'at']);
    expect(operation.parameters[0]).toMatchObject({ name: 'token', required: true });
    expect(operation.security).toEqual([{}, { portalToken: [] }]);
    const { pattern } = AT.schema;
    const years = ['1969', '1970', '2026', '2199', '2200', '9999'];
    expect(years.filter((year) => RegExp(pattern).test(`${year}-01-01T00:00:00Z`))).toEqual([
      '1970',
      '2026',
      '2199',
    ]);
  });

  it('keeps the order of the fields that the contract gives', () => {
    const properties = (name: string) =>
      Object.keys(document.components.schemas[name]!['properties'] as object);
    expect(properties('PortalDashboardSummaryResponse')).toEqual(
      'next_billing upcoming_charges usage_progress quick_actions meta details'.split(' '),
    );
    expect(properties('PortalNextBillingInfo')).toEqual([
      ...['subscription_id', 'subscription_external_id', 'plan_name', 'plan_interval'],
      ...['next_billing_date', 'days_until_next_billing', 'amount_cents', 'currency'],
    ]);
    expect(properties('PortalUpcomingCharge')).toEqual([
      ...['subscription_id', 'subscription_external_id', 'plan_name', 'base_amount_cents'],
      ...['usage_amount_cents', 'total_estimated_cents', 'currency'],
    ]);
    expect(properties('PortalUsageProgress')).toEqual([
      ...['feature_name', 'feature_code', 'feature_type', 'entitlement_value'],
      ...['current_usage', 'usage_percentage'],
    ]);
    expect(properties('PortalQuickActions')).toEqual([
      ...['outstanding_invoice_count', 'outstanding_amount_cents', 'has_wallet'],
      ...['wallet_balance_cents', 'has_active_subscription', 'currency'],
    ]);
  });
});

interface JsonContent {
  readonly schema: { readonly $ref: string };
  readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
}
