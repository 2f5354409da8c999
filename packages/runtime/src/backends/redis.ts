import { type TlsSettings } from '@portal/tls';
import * as z from 'zod';
import { type ConfigResult } from '../config.ts';
import { fileText, secret } from '../secrets.ts';
import { tlsFrom } from './tls.ts';

const DEFAULT_URL = 'redis://127.0.0.1:6379';

/** How every program of this project reaches Redis. */
export const REDIS_VARIABLES = {
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' })
    .optional()
    .describe(`single Redis, rediss:// for TLS; not beside REDIS_CLUSTER_NODES [${DEFAULT_URL}]`),
  REDIS_CLUSTER_NODES: z
    .string()
    .optional()
    .describe(
      'Redis Cluster, host:port[,host:port], for TLS rediss://host:port,…; not beside REDIS_URL',
    ),
  REDIS_USERNAME: z.string().optional().describe('user (ACL); the default user when not set'),
  REDIS_PASSWORD: secret(z.string().optional().describe('password of that user')),
  REDIS_TLS_CA: fileText()
    .optional()
    .describe('PEM file of the only authorities to trust; those of Node when not set'),
  REDIS_TLS_CERT: fileText().optional().describe('PEM file of the client certificate'),
  REDIS_TLS_KEY: fileText().optional().describe('PEM file of its private key'),
  REDIS_TLS_SERVER_NAME: z
    .string()
    .optional()
    .describe("name every server's certificate must have, where it is not the server's host"),
} as const;

type RedisConfig = z.output<z.ZodObject<typeof REDIS_VARIABLES>>;

/** What is given beside the addresses. */
export interface RedisAccess {
  readonly username: string | null;
  readonly password: string | null;
  /** null: nothing of it was said; whether TLS is spoken is the address' matter. */
  readonly tls: TlsSettings | null;
}

/**
 * Where Redis is and who asks. `connect` is the store's own reading of addresses, which this package does not know.
 */
export function redisFrom<Connection>(
  config: RedisConfig,
  connect: (
    url: string,
    clusterNodes: string | undefined,
    access: RedisAccess,
  ) => Address<Connection>,
): ConfigResult<Connection> {
  const access = accessOf(config);
  const { REDIS_URL: url, REDIS_CLUSTER_NODES: nodes } = config;
  if (url !== undefined && nodes !== undefined) {
    const twice = 'REDIS_URL: REDIS_CLUSTER_NODES is set, too; set one of them';
    return {
      kind: 'invalid',
      problems: [twice, ...(access.kind === 'invalid' ? access.problems : [])],
    };
  }
  if (access.kind === 'invalid') return access;
  const address = connect(url ?? DEFAULT_URL, nodes, access.config);
  return address.kind === 'valid'
    ? { kind: 'valid', config: address.connection }
    : { kind: 'invalid', problems: [address.problem] };
}

type Address<Connection> =
  | { readonly kind: 'valid'; readonly connection: Connection }
  | { readonly kind: 'invalid'; readonly problem: string };

function accessOf(config: RedisConfig): ConfigResult<RedisAccess> {
  const username = config.REDIS_USERNAME ?? null;
  const password = config.REDIS_PASSWORD ?? null;
  const texts = {
    ca: config.REDIS_TLS_CA,
    cert: config.REDIS_TLS_CERT,
    key: config.REDIS_TLS_KEY,
    serverName: config.REDIS_TLS_SERVER_NAME,
  };
  const tls = tlsFrom(texts, { ca: 'REDIS_TLS_CA', cert: 'REDIS_TLS_CERT', key: 'REDIS_TLS_KEY' });
  const problems = [
    ...('problem' in tls ? [tls.problem] : []),
    ...(username !== null && password === null ? ['REDIS_PASSWORD: is not set'] : []),
  ];
  if ('problem' in tls || problems.length > 0) return { kind: 'invalid', problems };
  const said = Object.values(texts).some((text) => text !== undefined);
  return { kind: 'valid', config: { username, password, tls: said ? tls.settings : null } };
}
