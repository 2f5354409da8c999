import { readConfig, VARIABLES } from '@portal/runtime';
import { redisFrom, type RedisConnection } from '@portal/stores';
import { EXIT, type Output } from './say.ts';

const { REDIS_URL, REDIS_CLUSTER_NODES, REDIS_PREFIX } = VARIABLES;

export interface RedisOptions {
  readonly connection: RedisConnection;
  readonly prefix: string;
}

/**
 * Where the read model is, from the same variables the services read. null when they do not say: the command has
 * failed then.
 */
export function redisOptions(output: Output): RedisOptions | null {
  const read = readConfig({ REDIS_URL, REDIS_CLUSTER_NODES, REDIS_PREFIX }, process.env);
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
  return { connection: redis.connection, prefix: config.REDIS_PREFIX };
}

export const REDIS_HELP = `
  REDIS_URL            single Redis [redis://127.0.0.1:6379]
  REDIS_CLUSTER_NODES  Redis Cluster instead, host:port[,host:port]
  REDIS_PREFIX         first part of every Redis key [portal]`;
