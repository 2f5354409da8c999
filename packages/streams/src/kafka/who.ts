import { type KafkaConnection } from './client.ts';
import { type RegistryConnection } from './registry-http.ts';
import { SourceAway } from '../wait.ts';
import { kafkaMessageOf } from './trouble.ts';

/** Longest wait for one answer of a server, milliseconds, unless the caller says another. */
export const ANSWER_MS = 30_000;
/** How long closing a connection may take that was not answered, milliseconds. */
export const CLOSE_MS = 2_000;

/** The servers, as an error names them: never with a password that an address may hold. */
export const kafkaAt = ({ brokers }: KafkaConnection): string => `Kafka at ${brokers.join(', ')}`;
export const registryAt = ({ url }: RegistryConnection): string =>
  `the schema registry at ${URL.canParse(url) ? new URL(url).host : url}`;

/** An error of the Kafka client in plain words, with whom it was about; ours are told as they are. */
export function named(error: unknown, who: string): unknown {
  if (!(error instanceof Error) || error instanceof SourceAway) return error;
  if (!error.name.startsWith('KafkaJS')) return error;
  return new Error(`${who}: ${kafkaMessageOf(error)}`, { cause: error });
}
