import * as z from 'zod';
import { dashboardBody } from './body.ts';
import { chargeDetails, details, subscriptionDetails } from './details.ts';
import { internalError, parameterIssue, parametersError, plainError } from './errors.ts';
import { meta } from './meta.ts';
import { nextBilling, quickActions, upcomingCharge, usageProgress } from './summary.ts';

/** The named schemas of the OpenAPI document. */
const NAMED = {
  Dashboard: dashboardBody,
  NextBilling: nextBilling,
  UpcomingCharge: upcomingCharge,
  UsageProgress: usageProgress,
  QuickActions: quickActions,
  Meta: meta,
  Details: details,
  SubscriptionDetails: subscriptionDetails,
  ChargeDetails: chargeDetails,
  ParametersError: parametersError,
  ParameterIssue: parameterIssue,
  PlainError: plainError,
  InternalError: internalError,
} as const;

const PREFIX = '#/components/schemas/';

export type JsonSchema = Readonly<Record<string, unknown>>;

export const schemaRef = (name: keyof typeof NAMED): JsonSchema => ({ $ref: PREFIX + name });

/** JSON Schema (2020-12) of every named schema, referring to each other as OpenAPI components. */
export function componentSchemas(): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>();
  for (const [name, schema] of Object.entries(NAMED)) registry.add(schema, { id: name });
  const { schemas } = z.toJSONSchema(registry, { uri: (name) => PREFIX + name });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]),
  );
}

/** A component is named by its place in the document; `$id` would move the base of its references. */
const withoutIdentity = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$id' && key !== '$schema'));
