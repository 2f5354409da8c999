import { readConfig, VARIABLES } from '@portal/runtime';
import { EXIT, type Output } from './say.ts';

const { KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX } = VARIABLES;

export interface KafkaOptions {
  readonly kafka: { readonly brokers: readonly string[]; readonly clientId: string };
  readonly registry: { readonly url: string };
  readonly prefix: string;
}

/**
 * Where Kafka and the registry are, from the same variables the services read. null when they do not say:
 * the command has failed then, with the problems and what to do.
 */
export function kafkaOptions(output: Output): KafkaOptions | null {
  const read = readConfig({ KAFKA_BROKERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX }, process.env);
  if (read.kind === 'invalid') {
    output.fail(read.problems.join('; '), KAFKA_REMEDY, EXIT.usage);
    return null;
  }
  const { config } = read;
  return {
    kafka: { brokers: config.KAFKA_BROKERS, clientId: 'portal-dashboard' },
    registry: { url: config.SCHEMA_REGISTRY_URL },
    prefix: config.TOPIC_PREFIX,
  };
}

export const KAFKA_HELP = `
Environment:
  KAFKA_BROKERS        host:port[,host:port]
  SCHEMA_REGISTRY_URL  address of the schema registry (Confluent API)
  TOPIC_PREFIX         topics are named <prefix>.<family> [billing]`;

export const KAFKA_REMEDY = 'npm run stack brings a broker and a registry up and prints both';
