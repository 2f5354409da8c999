import * as z from 'zod';
import { dashboardBody } from './body.ts';
import {
  chargeDetails,
  chargePart,
  chargeStep,
  conflict,
  currencyTotals,
  customerDetails,
  details,
  expiringCredit,
  featureDetails,
  overdue,
  runway,
  subscriptionDetails,
  unavailable,
  walletDetails,
} from './details.ts';
import {
  internalError,
  methodError,
  notFoundError,
  parameterIssue,
  parametersError,
  rateError,
  tokenError,
  unavailableError,
} from './errors.ts';
import { meta, statusReason } from './meta.ts';
import { nextBilling, quickActions, upcomingCharge, usageProgress } from './summary.ts';

/** The named schemas of the OpenAPI document; the first seven by the names existing clients were made from. */
const NAMED = {
  PortalDashboardSummaryResponse: dashboardBody,
  PortalNextBillingInfo: nextBilling,
  PortalUpcomingCharge: upcomingCharge,
  PortalUsageProgress: usageProgress,
  PortalQuickActions: quickActions,
  HTTPValidationError: parametersError,
  ValidationError: parameterIssue,
  TokenError: tokenError,
  NotFoundError: notFoundError,
  MethodError: methodError,
  RateError: rateError,
  InternalError: internalError,
  UnavailableError: unavailableError,
  Meta: meta,
  StatusReason: statusReason,
  Details: details,
  CustomerDetails: customerDetails,
  SubscriptionDetails: subscriptionDetails,
  ChargeDetails: chargeDetails,
  ChargePart: chargePart,
  ChargeStep: chargeStep,
  FeatureDetails: featureDetails,
  Runway: runway,
  CurrencyTotals: currencyTotals,
  Overdue: overdue,
  WalletDetails: walletDetails,
  ExpiringCredit: expiringCredit,
  Unavailable: unavailable,
  Conflict: conflict,
} as const;

const PREFIX = '#/components/schemas/';

export type JsonSchema = Readonly<Record<string, unknown>>;
export type SchemaName = keyof typeof NAMED;

export const schemaRef = (name: SchemaName): { readonly $ref: string } => ({ $ref: PREFIX + name });

/** JSON Schema (2020-12) of every named schema, referring to each other as OpenAPI components. */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of Object.entries(NAMED)) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, {
    uri: (name) => PREFIX + name,
    // Of an `output` zod says `additionalProperties: false`, but answers may grow.
    io: 'input',
    // The format says the same in one word.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]),
  );
}

/** A component is named by its place in the document; `$id` would move the base of its references. */
const withoutIdentity = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$id' && key !== '$schema'));
