import {
  type ConfigResult,
  describeConfig,
  KAFKA_VARIABLES,
  kafkaFrom,
  type KafkaSettings,
  readConfig,
  REDIS_VARIABLES,
  redisFrom,
  together,
  VARIABLES,
} from '@portal/runtime';
import { redisAddress, type RedisConnection } from '@portal/stores';
import { asCommand, type CommandKafka } from './kafka-options.ts';
import { type Output, readOrFail } from './say.ts';

const REDIS = { ...REDIS_VARIABLES, REDIS_PREFIX: VARIABLES.REDIS_PREFIX };
const SHAPE = {
  ...REDIS,
  TOPIC_PREFIX: VARIABLES.TOPIC_PREFIX,
  ...KAFKA_VARIABLES,
  KAFKA_BROKERS: KAFKA_VARIABLES.KAFKA_BROKERS.optional().describe(
    'host:port[,host:port]; without it consumer groups are neither shown nor removed',
  ),
};

export interface StoreOptions {
  readonly redis: { readonly connection: RedisConnection; readonly prefix: string };
  readonly topicPrefix: string;
  /** null: not told, so nothing is asked or changed there. */
  readonly kafka: CommandKafka | null;
}

/** With how long one answer is waited for, milliseconds. */
export type AskedStore = StoreOptions & { readonly timeoutMs: number };

/** Where the store is, and Kafka if it is told, from the variables the services read. null: the command has failed. */
export const storeOptions = (output: Output): StoreOptions | null =>
  readOrFail(output, optionsFrom(process.env));

/** Redis alone: what is wrong with the variables of Kafka does not matter. null: the command has failed. */
export function redisOptions(output: Output): StoreOptions['redis'] | null {
  const read = readOrFail(output, readConfig(REDIS, process.env));
  const connection = read && readOrFail(output, redisFrom(read, redisAddress));
  return connection && { connection, prefix: read.REDIS_PREFIX };
}

function optionsFrom(environment: NodeJS.ProcessEnv): ConfigResult<StoreOptions> {
  const read = readConfig(SHAPE, environment);
  if (read.kind === 'invalid') return read;
  const { KAFKA_BROKERS: brokers, ...rest } = read.config;
  const kafka: ConfigResult<KafkaSettings | null> =
    brokers === undefined
      ? { kind: 'valid', config: null }
      : kafkaFrom({ ...rest, KAFKA_BROKERS: brokers });
  const backends = together({ redis: redisFrom(rest, redisAddress), kafka });
  if (backends.kind === 'invalid') return backends;
  const { redis: connection, kafka: settings } = backends.config;
  return {
    kind: 'valid',
    config: {
      redis: { connection, prefix: rest.REDIS_PREFIX },
      topicPrefix: rest.TOPIC_PREFIX,
      kafka: settings && asCommand(settings),
    },
  };
}

/** The lines for Redis alone, without a heading. */
export const REDIS_HELP = describeConfig(REDIS);

export const STORE_HELP = `\nEnvironment:\n${describeConfig(SHAPE)}`;
