import { type TlsSettings } from '@portal/tls';
import * as z from 'zod';
import { type ConfigResult } from '../config.ts';
import { list } from '../list.ts';
import { fileText, secret, tokenFile, type TokenSource } from '../secrets.ts';
import { tlsFrom } from './tls.ts';

const HOST_PORT = /^[^\s,:/]+:\d{1,5}$/;
const TOKEN_FILE = 'KAFKA_SASL_OAUTHBEARER_TOKEN_FILE';

/** How every program of this project reaches Kafka. */
export const KAFKA_VARIABLES = {
  KAFKA_BROKERS: list('host:port', HOST_PORT).describe(
    'Kafka brokers, host:port[,host:port]; required',
  ),
  KAFKA_TLS: z
    .enum(['true', 'false'])
    .default('false')
    .describe('true: speak TLS with the brokers'),
  KAFKA_TLS_CA: fileText()
    .optional()
    .describe('PEM file of the only authorities to trust; those of Node when not set'),
  KAFKA_TLS_CERT: fileText().optional().describe('PEM file of the client certificate'),
  KAFKA_TLS_KEY: fileText().optional().describe('PEM file of its private key'),
  KAFKA_TLS_SERVER_NAME: z
    .string()
    .optional()
    .describe("name every broker's certificate must have, where it is not the broker's host"),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'])
    .optional()
    .describe('plain, scram-sha-256, scram-sha-512 or oauthbearer; none when not set'),
  KAFKA_SASL_USERNAME: z.string().optional().describe('user of plain and scram-sha-…'),
  KAFKA_SASL_PASSWORD: secret(z.string().optional().describe('password of plain and scram-sha-…')),
  [TOKEN_FILE]: tokenFile(TOKEN_FILE)
    .optional()
    .describe('file with the token of oauthbearer, read again at each authentication'),
} as const;

type KafkaConfig = z.output<z.ZodObject<typeof KAFKA_VARIABLES>>;

export type KafkaSasl =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | { readonly mechanism: 'oauthbearer'; readonly token: TokenSource };

export interface KafkaSettings {
  readonly brokers: readonly string[];
  /** null: no TLS. */
  readonly tls: TlsSettings | null;
  /** null: no user. */
  readonly sasl: KafkaSasl | null;
}

export function kafkaFrom(config: KafkaConfig): ConfigResult<KafkaSettings> {
  const tls = tlsOf(config);
  const sasl = saslOf(config);
  const problems = [
    ...('problem' in tls ? [tls.problem] : []),
    ...('problems' in sasl ? sasl.problems : []),
  ];
  if ('problem' in tls || 'problems' in sasl) return { kind: 'invalid', problems };
  return {
    kind: 'valid',
    config: { brokers: config.KAFKA_BROKERS, tls: tls.settings, sasl: sasl.sasl },
  };
}

function tlsOf(
  config: KafkaConfig,
): { readonly settings: TlsSettings | null } | { readonly problem: string } {
  if (config.KAFKA_TLS === 'true') {
    const texts = {
      ca: config.KAFKA_TLS_CA,
      cert: config.KAFKA_TLS_CERT,
      key: config.KAFKA_TLS_KEY,
      serverName: config.KAFKA_TLS_SERVER_NAME,
    };
    return tlsFrom(texts, { ca: 'KAFKA_TLS_CA', cert: 'KAFKA_TLS_CERT', key: 'KAFKA_TLS_KEY' });
  }
  const unused = TLS_ONLY.find((name) => config[name] !== undefined);
  return unused === undefined
    ? { settings: null }
    : { problem: `${unused}: KAFKA_TLS is not true` };
}

const TLS_ONLY = [
  'KAFKA_TLS_CA',
  'KAFKA_TLS_CERT',
  'KAFKA_TLS_KEY',
  'KAFKA_TLS_SERVER_NAME',
] as const;

/** What each mechanism needs; anything else that is set would be left unused in silence. */
function saslOf(
  config: KafkaConfig,
): { readonly sasl: KafkaSasl | null } | { readonly problems: readonly string[] } {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
    [TOKEN_FILE]: token,
  } = config;
  const needed =
    mechanism === undefined ? [] : mechanism === 'oauthbearer' ? BY_TOKEN : BY_PASSWORD;
  const why = mechanism ?? 'no KAFKA_SASL_MECHANISM';
  const problems = [...BY_PASSWORD, ...BY_TOKEN].flatMap((name) => {
    const isNeeded = needed.includes(name);
    if (isNeeded === (config[name] !== undefined)) return [];
    return [`${name}: ${isNeeded ? 'is not set' : 'is set'}, with ${why}`];
  });
  if (problems.length > 0) return { problems };
  if (mechanism === 'oauthbearer' && token !== undefined) return { sasl: { mechanism, token } };
  if (mechanism === undefined || mechanism === 'oauthbearer') return { sasl: null };
  return { sasl: { mechanism, username: username ?? '', password: password ?? '' } };
}

type SaslName = 'KAFKA_SASL_USERNAME' | 'KAFKA_SASL_PASSWORD' | typeof TOKEN_FILE;
const BY_PASSWORD: readonly SaslName[] = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'];
const BY_TOKEN: readonly SaslName[] = [TOKEN_FILE];
