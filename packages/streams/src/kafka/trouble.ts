import { messageOf, unreached } from '@portal/async';
import { excerpt } from '@portal/contracts';
import { type TlsNames, tlsTrouble } from '@portal/tls';

/** What an operator is told of a failure. */
export interface Trouble {
  readonly reason: string;
  /** Kafka or the registry is there and says no: asked again the same way it says the same. */
  readonly refused: boolean;
}

const TLS: TlsNames = {
  tls: 'KAFKA_TLS',
  ca: 'KAFKA_TLS_CA',
  cert: 'KAFKA_TLS_CERT',
  serverName: 'KAFKA_TLS_SERVER_NAME',
};
/** Of what a broker says, in characters. */
const QUOTED_MAX = 200;

/**
 * Puts what kafkajs throws into words that name the variable to check. Anything else keeps its own message. An
 * error of kafkajs is known by its name: after retries it stands behind the one that is thrown.
 */
export function troubleOf(error: unknown): Trouble {
  for (const one of chain(error)) {
    const trouble = known(one);
    if (trouble !== null) return trouble;
  }
  const text = messageOf(error);
  const plain = unreached(text) ?? PLAIN.find(([said]) => text.includes(said))?.[1];
  const theirs = isOfKafkajs(error) ? chain(error).flatMap(byName).at(-1) : undefined;
  return { reason: plain ?? theirs ?? text, refused: false };
}

export const kafkaMessageOf = (error: unknown): string => troubleOf(error).reason;

const isOfKafkajs = (error: unknown): boolean =>
  error instanceof Error && error.name.startsWith('KafkaJS');

/** An error of kafkajs that nothing else is known of: by its kind, because its text is for those who know its code. */
function byName(error: KafkaError): readonly string[] {
  const { name, message, type } = error;
  if (!isOfKafkajs(error)) return [];
  // The protocol's own words, which its documentation explains.
  if (type !== undefined) return [`Kafka answers: ${excerpt(message, QUOTED_MAX)}`];
  return [KINDS[name] ?? `the Kafka client failed (${name})`];
}

const NO_TOPICS = 'Kafka has not told its topics yet';
const NO_BROKER = 'the broker that is needed is not known at the moment';
const KINDS: Readonly<Record<string, string>> = {
  KafkaJSRequestTimeoutError: 'a broker does not answer a request in time',
  KafkaJSLockTimeout: 'a broker does not take the connection in time',
  KafkaJSConnectionError: 'a broker is not reached',
  KafkaJSBrokerNotFound: NO_BROKER,
  KafkaJSNoBrokerAvailableError: NO_BROKER,
  KafkaJSGroupCoordinatorNotFound: NO_BROKER,
  KafkaJSMetadataNotLoaded: NO_TOPICS,
  KafkaJSTopicMetadataNotLoaded: NO_TOPICS,
  KafkaJSStaleTopicMetadataAssignment: NO_TOPICS,
};

/** What kafkajs says in words of its own or of the protocol. */
const PLAIN: readonly (readonly [said: string, plain: string])[] = [
  ['Broker not connected', 'a broker takes connections and does not answer'],
  ['Connection timeout', 'a broker does not take the connection in time'],
  ['This server does not host this topic-partition', 'a topic does not exist: setup creates them'],
  ['There is no leader for this topic-partition', 'a partition has no leader at the moment'],
];

interface KafkaError extends Error {
  readonly broker?: string;
  readonly type?: string;
}

/** The error and what caused it, the first of several causes; a few, should they ever point in a circle. */
function chain(error: unknown): readonly KafkaError[] {
  const errors: KafkaError[] = [];
  for (let one = error; one instanceof Error && errors.length < 5;) {
    errors.push(one);
    const { errors: parts } = one as { readonly errors?: readonly unknown[] };
    one = parts?.[0] ?? one.cause;
  }
  return errors;
}

function known(error: KafkaError): Trouble | null {
  const { name, message, type, broker } = error;
  const who = broker === undefined ? 'Kafka' : `Kafka at ${broker}`;
  const said = excerpt(message, QUOTED_MAX);
  if (name === 'KafkaJSSASLAuthenticationError') {
    return refused(`Kafka refuses our user (${said}); see ${variablesOf(message)}`);
  }
  if (type === 'ILLEGAL_SASL_STATE') {
    const see = 'see KAFKA_SASL_OAUTHBEARER_TOKEN_FILE, KAFKA_SASL_MECHANISM';
    return refused(`Kafka refuses our token, or wants no user on that port; ${see}`);
  }
  if (type?.endsWith('_AUTHORIZATION_FAILED') === true) {
    return refused(
      `Kafka does not let our user do that (${said}): it lacks a right (ACL, see docs/operations.md)`,
    );
  }
  if (name === 'KafkaJSConnectionClosedError') {
    const ask = 'if it always does, it may want TLS or a user; see KAFKA_TLS, KAFKA_SASL_MECHANISM';
    return { reason: `${who} closed the connection; ${ask}`, refused: false };
  }
  const tls = name === 'KafkaJSConnectionError' ? tlsTrouble(error, TLS) : null;
  return tls === null ? null : refused(`${who} ${tls}`);
}

function variablesOf(said: string): string {
  if (said.includes('is not supported')) return 'KAFKA_SASL_MECHANISM';
  if (said.includes('OAUTHBEARER')) return 'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE';
  return 'KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD';
}

const refused = (reason: string): Trouble => ({ reason, refused: true });
