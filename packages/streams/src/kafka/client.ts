import { type TlsSettings, tlsOptions } from '@portal/tls';
import kafkajs, { type Cluster, type Kafka, type SASLOptions } from 'kafkajs';
import { registerCodecs } from './codecs.ts';
import { patchConnectionPool } from './connection-pool-patch.ts';
import { patchRequestQueue } from './request-queue-patch.ts';

export interface KafkaConnection {
  /** `host:port`, one or more. */
  readonly brokers: readonly string[];
  readonly clientId?: string;
  /** null or absent: no TLS. */
  readonly tls?: TlsSettings | null;
  /** null or absent: no user. */
  readonly sasl?: KafkaSasl | null;
  /** Where kafkajs' own log lines go; nowhere when absent. */
  readonly log?: KafkaLogger;
}

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  /** `token` is asked at each authentication; what it throws is the reason why there is none. */
  | { readonly mechanism: 'oauthbearer'; readonly token: () => string };

export type KafkaLogger = (
  level: 'error' | 'warn' | 'info' | 'debug',
  message: string,
  fields: Readonly<Record<string, unknown>>,
) => void;

/** A broker that does not take a connection in this time counts as away. */
const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** kafkajs' own retries of one request; what is longer is waited out by us, where it can be seen. */
const RETRY = { initialRetryTime: 200, maxRetryTime: 5_000, retries: 4 };

/**
 * A kafkajs client with every codec registered, and with the patches for its idle spin and the connections it leaves open.
 * Nothing connects yet.
 * Make one for each consumer: kafkajs shares the committed offsets of a group between all consumers of
 * one client, and a second one of the same group would empty the first one's.
 */
export async function openKafka(connection: KafkaConnection): Promise<Kafka> {
  patchRequestQueue();
  patchConnectionPool();
  await registerCodecs();
  const { brokers, clientId = 'portal-dashboard', tls = null, sasl = null, log } = connection;
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls === null ? {} : { ssl: tlsOptions(tls) }),
    // kafkajs writes into it: each client gets its own.
    ...(sasl === null ? {} : { sasl: saslOptions(sasl) }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: RETRY,
    logLevel: log === undefined ? kafkajs.logLevel.NOTHING : kafkajs.logLevel.INFO,
    logCreator:
      () =>
      ({ level, log: { message, ...fields } }) => {
        log?.(LEVELS[level] ?? 'debug', message, fields);
      },
  });
}

function saslOptions(sasl: KafkaSasl): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return { ...sasl };
  const oauthBearerProvider = async () => Promise.resolve({ value: sasl.token() });
  return { mechanism: sasl.mechanism, oauthBearerProvider };
}

const LEVELS: Readonly<Partial<Record<kafkajs.logLevel, 'error' | 'warn' | 'info'>>> = {
  [kafkajs.logLevel.ERROR]: 'error',
  [kafkajs.logLevel.WARN]: 'warn',
  [kafkajs.logLevel.INFO]: 'info',
};

/**
 * The connections of a client without any consumer group, to fetch what we want from where we want.
 * kafkajs hands its cluster to partition assigners only, so this asks for it as one that never assigns.
 * Reads are `read_committed`.
 */
export function clusterOf(kafka: Kafka): Cluster {
  const given: Cluster[] = [];
  kafka.consumer({
    groupId: 'never-joined',
    allowAutoTopicCreation: false,
    partitionAssigners: [
      ({ cluster }) => {
        given.push(cluster);
        return {
          name: 'none',
          version: 0,
          assign: () => Promise.resolve([]),
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  const [cluster] = given;
  if (cluster === undefined) throw new Error('kafkajs did not hand out its cluster');
  return cluster;
}
