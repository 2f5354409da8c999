import { randomUUID } from 'node:crypto';
import { type LogRecord, parseLine } from '@portal/contracts';
import { redisAddress, type RedisConnection } from '@portal/stores';
import { publish, setUp } from '@portal/streams';
import { requireService } from '@portal/testkit';

/** One test's own corner of the real broker, registry and Redis: names that nobody else has. */
export interface Corner {
  readonly prefix: string;
  readonly kafka: { readonly brokers: readonly string[] };
  readonly registry: { readonly url: string };
  readonly redis: RedisConnection;
  /** The registry's id of our own schema of each family. */
  readonly schemaIds: ReadonlyMap<string, number>;
  /** What leads the projector and the reader into this corner. */
  readonly environment: Readonly<Record<string, string>>;
  /** Sends NDJSON lines to the corner's topics. */
  publish(lines: readonly string[]): Promise<void>;
}

export const SECRET = 'S0meSecret-0f-the-Tests/which+Nobody=Else_ever~Uses';

/** `cluster`: the read model lies in the Redis Cluster instead of the single Redis. */
export async function openCorner(
  where: 'single' | 'cluster' = 'single',
  brokers: readonly string[] = requireService('KAFKA_BROKERS').split(','),
  registryUrl: string = requireService('SCHEMA_REGISTRY_URL'),
): Promise<Corner> {
  const prefix = `test-${randomUUID()}`;
  const kafka = { brokers };
  const registry = { url: registryUrl };
  const address =
    where === 'single'
      ? { REDIS_URL: requireService('REDIS_URL') }
      : { REDIS_CLUSTER_NODES: requireService('REDIS_CLUSTER_NODES') };
  const redis = redisAddress(address.REDIS_URL ?? '', address.REDIS_CLUSTER_NODES);
  if (redis.kind === 'invalid') throw new Error(redis.problem);
  const steps = await setUp({ kafka, registry, prefix });
  const schemaIds = new Map(
    steps.flatMap((step) =>
      step.kind === 'schema' ? [[familyOfSubject(step.name, prefix), step.id]] : [],
    ),
  );
  return {
    prefix,
    kafka,
    registry,
    redis: redis.connection,
    schemaIds,
    environment: {
      KAFKA_BROKERS: kafka.brokers.join(','),
      SCHEMA_REGISTRY_URL: registry.url,
      TOPIC_PREFIX: prefix,
      ...address,
      REDIS_PREFIX: prefix,
      PORTAL_JWT_SECRET: SECRET,
    },
    publish: async (lines) => {
      const refused: string[] = [];
      await publish(lines.map(toRecord), {
        kafka,
        registry,
        prefix,
        onRefused: (_record, reason) => refused.push(reason),
      });
      if (refused.length > 0) throw new Error(`refused: ${refused.join('; ')}`);
    },
  };
}

const familyOfSubject = (subject: string, prefix: string): string =>
  subject.slice(`${prefix}.`.length, -'-value'.length);

function toRecord(line: string): LogRecord {
  const parsed = parseLine(line);
  if (parsed.kind === 'malformed') throw new Error(parsed.error.reason);
  return parsed.record;
}
