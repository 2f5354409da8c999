import * as z from 'zod';
import { KAFKA_VARIABLES } from './backends/kafka.ts';
import { REDIS_VARIABLES } from './backends/redis.ts';
import { REGISTRY_VARIABLES } from './backends/registry.ts';
import { type ConfigResult } from './config.ts';

/** The variables that mean the same in every service; a service picks those it reads. */
export const VARIABLES = {
  HOST: z.string().default('0.0.0.0').describe('address to listen on'),
  PORT: wholeNumber({ min: 0, max: 65_535, fallback: 8080 }).describe(
    'port to listen on; 0 picks a free one',
  ),
  OPS_PORT: wholeNumber({ min: 0, max: 65_535 })
    .optional()
    .describe(
      'port of its own for /livez, /readyz and /metrics; without it they are served on PORT',
    ),
  OPS_HOST: z
    .string()
    .optional()
    .describe('address OPS_PORT listens on, and of no use without it; HOST when not set'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('least important level that is logged'),
  SHUTDOWN_DEADLINE_MS: wholeNumber({ min: 100, max: 600_000, fallback: 10_000 }).describe(
    'milliseconds a graceful stop may take before the process exits with an error',
  ),
  ...KAFKA_VARIABLES,
  ...REGISTRY_VARIABLES,
  TOPIC_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,150}$/, 'may hold letters, digits, dots, dashes and underscores only')
    .default('billing')
    .describe('topics are named <prefix>.<family>'),
  ...REDIS_VARIABLES,
  REDIS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'may hold letters, digits, dots, dashes and underscores only')
    .default('portal')
    .describe('first part of every Redis key'),
  GO_LIVE: z
    .enum(['if-none', 'take-over'])
    .default('if-none')
    .describe('once caught up: go live only if no generation is, or take the readers over'),
  ORPHAN_LIVE: z
    .enum(['0', '1'])
    .default('0')
    .describe(
      '1: start also when nobody would feed the live generation then; the argument --orphan-live, too, and wins over 0',
    ),
  DATE_POLICY: z
    .enum(['calendar', 'fixed_days'])
    .default('calendar')
    .describe('how next_billing counts: fixed_days, in days of 24 hours, to compare a migration'),
  DEFAULT_TIMEZONE: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone such as Europe/Paris')
    .default('UTC')
    .describe('zone of customers and subscriptions that name none'),
  DEFAULT_CURRENCY: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters such as EUR')
    .default('USD')
    .describe("currency when nothing tells the dashboard's"),
} as const;

/** Where health and metrics are served when not beside the rest; null: on HOST and PORT. */
export function opsFrom(config: {
  readonly HOST: string;
  readonly OPS_HOST?: string | undefined;
  readonly OPS_PORT?: number | undefined;
}): ConfigResult<{ readonly host: string; readonly port: number } | null> {
  const { HOST, OPS_HOST, OPS_PORT: port } = config;
  if (port !== undefined) return { kind: 'valid', config: { host: OPS_HOST ?? HOST, port } };
  if (OPS_HOST === undefined) return { kind: 'valid', config: null };
  // Nobody may think that they are served there alone.
  return { kind: 'invalid', problems: ['OPS_HOST: OPS_PORT is not set; set both or none'] };
}

/** A whole number within `[min, max]`, written in digits; required unless it has a fallback. */
export function wholeNumber(range: { min: number; max: number }): WholeNumber;
export function wholeNumber(range: {
  min: number;
  max: number;
  fallback: number;
}): z.ZodDefault<WholeNumber>;
export function wholeNumber({
  min,
  max,
  fallback,
}: {
  min: number;
  max: number;
  fallback?: number;
}) {
  const rule = `must be a whole number from ${min} to ${max}`;
  const number = z
    .string()
    .regex(/^\d{1,15}$/, rule)
    .transform(Number)
    .refine((value) => value >= min && value <= max, rule);
  return fallback === undefined ? number : number.default(fallback);
}

type WholeNumber = z.ZodPipe<z.ZodString, z.ZodTransform<number, string>>;

/** A text with a rule of its own: `problemOf` says what is wrong with it, never quoting it; null: nothing. */
export function checkedText(problemOf: (text: string) => string | null) {
  return z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
