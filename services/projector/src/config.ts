import { isZone } from '@portal/billing';
import { DEFAULT_SETTINGS, type Settings } from '@portal/projection';
import {
  type ConfigResult,
  describeConfig,
  KAFKA_VARIABLES,
  kafkaFrom,
  type KafkaSettings,
  type LoggerOptions,
  opsFrom,
  readConfig,
  REDIS_VARIABLES,
  redisFrom,
  REGISTRY_VARIABLES,
  registryFrom,
  type RegistrySettings,
  together,
  VARIABLES,
  wholeNumber,
} from '@portal/runtime';
import { redisAddress, type RedisConnection } from '@portal/stores';

const SHAPE = {
  ...KAFKA_VARIABLES,
  ...REGISTRY_VARIABLES,
  TOPIC_PREFIX: VARIABLES.TOPIC_PREFIX,
  ...REDIS_VARIABLES,
  REDIS_PREFIX: VARIABLES.REDIS_PREFIX,
  DEFAULT_TIMEZONE: VARIABLES.DEFAULT_TIMEZONE,
  DEFAULT_CURRENCY: VARIABLES.DEFAULT_CURRENCY,
  GO_LIVE: VARIABLES.GO_LIVE,
  ORPHAN_LIVE: VARIABLES.ORPHAN_LIVE,
  STATES_MB: wholeNumber({ min: 1, max: 1_048_576, fallback: 512 }).describe(
    'memory for the states of customers, megabytes (a typical one takes 12 KB); those used last stay',
  ),
  REPLAY_SLACK_MS: wholeNumber({ min: 0, max: 86_400_000, fallback: 600_000 }).describe(
    'how much of the last work is done again at each start, against writes a failover of Redis lost',
  ),
  HOST: VARIABLES.HOST,
  PORT: VARIABLES.PORT,
  OPS_HOST: VARIABLES.OPS_HOST,
  OPS_PORT: VARIABLES.OPS_PORT.describe(
    'port for /livez, /readyz and /metrics whose details strangers do not reach; PORT is then not listened on',
  ),
  LOG_LEVEL: VARIABLES.LOG_LEVEL,
  SHUTDOWN_DEADLINE_MS: VARIABLES.SHUTDOWN_DEADLINE_MS,
};

export interface ProjectorConfig {
  readonly kafka: KafkaSettings;
  readonly registry: RegistrySettings;
  readonly topicPrefix: string;
  readonly redis: RedisConnection;
  readonly redisPrefix: string;
  readonly settings: Settings;
  readonly takeOver: boolean;
  readonly orphanLive: boolean;
  readonly statesBytes: number;
  readonly replaySlackMs: number;
  /** Where health and metrics are served; nothing else is. */
  readonly host: string;
  readonly port: number;
  /** Whether that is a port strangers do not reach, so that details may be told there. */
  readonly isOpsPort: boolean;
  readonly logLevel: LoggerOptions['level'];
  readonly shutdownDeadlineMs: number;
}

const ORPHAN_LIVE = '--orphan-live';

/** The environment and the arguments as the projector needs them, or every problem in them. */
export function projectorConfig(
  environment: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): ConfigResult<ProjectorConfig> {
  const read = readConfig(SHAPE, environment);
  const unknown = args.filter((arg) => arg !== ORPHAN_LIVE);
  if (unknown.length > 0) {
    const problem = `the only argument is ${ORPHAN_LIVE}, given was more`;
    const others = read.kind === 'invalid' ? read.problems : [];
    return { kind: 'invalid', problems: [problem, ...others] };
  }
  if (read.kind === 'invalid') return read;
  const { config } = read;
  const backends = together({
    kafka: kafkaFrom(config),
    registry: registryFrom(config),
    redis: redisFrom(config, redisAddress),
    ops: opsFrom(config),
  });
  if (backends.kind === 'invalid') return backends;
  const { ops, ...servers } = backends.config;
  if (!isZone(config.DEFAULT_TIMEZONE)) {
    return { kind: 'invalid', problems: ['DEFAULT_TIMEZONE: must be an IANA time zone'] };
  }
  return {
    kind: 'valid',
    config: {
      ...servers,
      topicPrefix: config.TOPIC_PREFIX,
      redisPrefix: config.REDIS_PREFIX,
      settings: {
        ...DEFAULT_SETTINGS,
        defaultTimezone: config.DEFAULT_TIMEZONE,
        defaultCurrency: config.DEFAULT_CURRENCY,
      },
      takeOver: config.GO_LIVE === 'take-over',
      orphanLive: config.ORPHAN_LIVE === '1' || args.includes(ORPHAN_LIVE),
      statesBytes: config.STATES_MB * 1_048_576,
      replaySlackMs: config.REPLAY_SLACK_MS,
      host: ops?.host ?? config.HOST,
      port: ops?.port ?? config.PORT,
      isOpsPort: ops !== null,
      logLevel: config.LOG_LEVEL,
      shutdownDeadlineMs: config.SHUTDOWN_DEADLINE_MS,
    },
  };
}

/** For `--help`. */
export const projectorVariables = (): string => describeConfig(SHAPE);
