import { checkSecret, TOKEN_LIFETIME_MAX_DAYS } from '@portal/contracts';
import { type DatePolicy } from '@portal/projection';
import {
  checkedText,
  type ConfigResult,
  describeConfig,
  type LoggerOptions,
  opsFrom,
  readConfig,
  REDIS_VARIABLES,
  redisFrom,
  secret,
  together,
  VARIABLES,
  wholeNumber,
} from '@portal/runtime';
import { redisAddress, type RedisConnection } from '@portal/stores';
import { CORS_ORIGINS } from './cors.ts';

const { HOST, PORT, OPS_HOST, OPS_PORT, LOG_LEVEL, SHUTDOWN_DEADLINE_MS } = VARIABLES;
const { REDIS_PREFIX, TOPIC_PREFIX, DATE_POLICY } = VARIABLES;

/** Also for whoever signs tokens that the reader shall accept. */
export const TOKEN_LIFETIME_MAX = wholeNumber({
  ...{ min: 1, max: 36_500, fallback: TOKEN_LIFETIME_MAX_DAYS },
}).describe('days from now a token may be valid at most; one that names a later end is refused');

/** Also for whoever signs tokens. */
export const PORTAL_JWT_SECRET = secret(
  checkedText((text) => {
    const check = checkSecret(text);
    return check.kind === 'good' ? null : `is refused: ${check.problem}`;
  }).describe('secret that portal tokens are signed with (HS256), at least 32 bytes; required'),
);

const SHAPE = {
  PORTAL_JWT_SECRET,
  TOKEN_LIFETIME_MAX,
  HOST,
  PORT,
  OPS_HOST,
  OPS_PORT,
  ...REDIS_VARIABLES,
  REDIS_PREFIX,
  TOPIC_PREFIX,
  DATE_POLICY,
  STORE_BUDGET_MS: wholeNumber({ min: 10, max: 230, fallback: 200 }).describe(
    'milliseconds the store has for an answer before the reader says 503',
  ),
  CORS_ORIGINS,
  LOG_LEVEL,
  SHUTDOWN_DEADLINE_MS,
};

export interface ReaderConfig {
  readonly secret: string;
  readonly tokenLifetimeMaxDays: number;
  readonly host: string;
  readonly port: number;
  /** Where health and metrics are served instead; null: beside the contract. */
  readonly ops: { readonly host: string; readonly port: number } | null;
  readonly redis: RedisConnection;
  readonly redisPrefix: string;
  readonly topicPrefix: string;
  readonly datePolicy: DatePolicy;
  readonly storeBudgetMs: number;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LoggerOptions['level'];
  readonly shutdownDeadlineMs: number;
}

/** The environment as the reader needs it, or every problem in it. */
export function readerConfig(environment: NodeJS.ProcessEnv): ConfigResult<ReaderConfig> {
  const read = readConfig(SHAPE, environment);
  if (read.kind === 'invalid') return read;
  const { config } = read;
  const parts = together({ redis: redisFrom(config, redisAddress), ops: opsFrom(config) });
  if (parts.kind === 'invalid') return parts;
  return {
    kind: 'valid',
    config: {
      secret: config.PORTAL_JWT_SECRET,
      tokenLifetimeMaxDays: config.TOKEN_LIFETIME_MAX,
      host: config.HOST,
      port: config.PORT,
      ...parts.config,
      redisPrefix: config.REDIS_PREFIX,
      topicPrefix: config.TOPIC_PREFIX,
      datePolicy: config.DATE_POLICY,
      storeBudgetMs: config.STORE_BUDGET_MS,
      corsOrigins: config.CORS_ORIGINS,
      logLevel: config.LOG_LEVEL,
      shutdownDeadlineMs: config.SHUTDOWN_DEADLINE_MS,
    },
  };
}

/** For `--help`. */
export const readerVariables = (): string => describeConfig(SHAPE);
