import { readConfig, VARIABLES } from '@portal/runtime';
import { redisFrom, type RedisConnection } from '@portal/stores';
import { EXIT, type Output } from './say.ts';

const { REDIS_URL, REDIS_CLUSTER_NODES, REDIS_PREFIX, TOPIC_PREFIX } = VARIABLES;
const KAFKA_BROKERS = VARIABLES.KAFKA_BROKERS.optional();

export interface StoreOptions {
  readonly redis: RedisConnection;
  readonly redisPrefix: string;
  readonly topicPrefix: string;
  /** null: not told, so nothing is asked or changed there. */
  readonly kafka: { readonly brokers: readonly string[]; readonly clientId: string } | null;
}

/** Where the store is, and Kafka if it is told, from the variables the services read. null: the command has failed. */
export function storeOptions(output: Output): StoreOptions | null {
  const shape = { REDIS_URL, REDIS_CLUSTER_NODES, REDIS_PREFIX, TOPIC_PREFIX, KAFKA_BROKERS };
  const read = readConfig(shape, process.env);
  if (read.kind === 'invalid') {
    output.fail(read.problems.join('; '), null, EXIT.usage);
    return null;
  }
  const { config } = read;
  const redis = redisFrom(config.REDIS_URL, config.REDIS_CLUSTER_NODES);
  if (redis.kind === 'invalid') {
    output.fail(redis.problem, null, EXIT.usage);
    return null;
  }
  const brokers = config.KAFKA_BROKERS;
  return {
    redis: redis.connection,
    redisPrefix: config.REDIS_PREFIX,
    topicPrefix: config.TOPIC_PREFIX,
    kafka: brokers === undefined ? null : { brokers, clientId: 'portal-dashboard' },
  };
}

export const STORE_HELP = `
Environment:
  REDIS_URL            single Redis [redis://127.0.0.1:6379]
  REDIS_CLUSTER_NODES  Redis Cluster instead, host:port[,host:port]
  REDIS_PREFIX         first part of every Redis key [portal]
  TOPIC_PREFIX         topics are named <prefix>.<family> [billing]
  KAFKA_BROKERS        host:port[,host:port]; without it consumer groups are neither shown nor removed`;
