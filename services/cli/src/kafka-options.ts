import {
  type ConfigResult,
  describeConfig,
  KAFKA_VARIABLES,
  kafkaFrom,
  type KafkaSettings,
  readConfig,
  REGISTRY_VARIABLES,
  registryFrom,
  type RegistrySettings,
  together,
  VARIABLES,
} from '@portal/runtime';
import { type Output, readOrFail } from './say.ts';

const SHAPE = {
  ...KAFKA_VARIABLES,
  ...REGISTRY_VARIABLES,
  TOPIC_PREFIX: VARIABLES.TOPIC_PREFIX,
};

/** Kafka, as it sees a command. */
export type CommandKafka = KafkaSettings & { readonly clientId: string };

export const asCommand = (kafka: KafkaSettings): CommandKafka => ({
  ...kafka,
  clientId: 'portal-dashboard',
});

export interface KafkaOptions {
  readonly kafka: CommandKafka;
  readonly registry: RegistrySettings;
  readonly prefix: string;
}

/**
 * Where Kafka and the registry are, from the same variables the services read. null when they do not say:
 * the command has failed then, with the problems and what to do.
 */
export const kafkaOptions = (output: Output): KafkaOptions | null =>
  readOrFail(output, optionsFrom(process.env), isTold(process.env) ? null : UNTOLD);

/** The same for a command that can do without: `untold` when they are not both named. */
export const kafkaIfTold = (output: Output): KafkaOptions | 'untold' | null =>
  isTold(process.env) ? kafkaOptions(output) : 'untold';

function optionsFrom(environment: NodeJS.ProcessEnv): ConfigResult<KafkaOptions> {
  const read = readConfig(SHAPE, environment);
  if (read.kind === 'invalid') return read;
  const backends = together({ kafka: kafkaFrom(read.config), registry: registryFrom(read.config) });
  if (backends.kind === 'invalid') return backends;
  const { kafka, registry } = backends.config;
  return {
    kind: 'valid',
    config: {
      kafka: asCommand(kafka),
      registry,
      prefix: read.config.TOPIC_PREFIX,
    },
  };
}

export const KAFKA_HELP = `\nEnvironment:\n${describeConfig(SHAPE)}`;

const isTold = ({ KAFKA_BROKERS, SCHEMA_REGISTRY_URL }: NodeJS.ProcessEnv): boolean =>
  ![KAFKA_BROKERS, SCHEMA_REGISTRY_URL].some((value) => value === undefined || value === '');

const UNTOLD =
  'set KAFKA_BROKERS and SCHEMA_REGISTRY_URL as for the projector; to try it in a clone, npm run stack brings both up and prints them';
