import { type TlsSettings } from '@portal/tls';

/** Who asks, and what both sides show. */
interface Access {
  /** null: the default user. */
  readonly username: string | null;
  readonly password: string | null;
  /** null: no TLS. */
  readonly tls: TlsSettings | null;
}

/** Where Redis is. Plain data: each part of the system opens its own connection with its own settings. */
export type RedisConnection = Access &
  (
    | { readonly kind: 'single'; readonly url: string }
    | {
        readonly kind: 'cluster';
        readonly nodes: readonly { readonly host: string; readonly port: number }[];
      }
  );

export type RedisAddress =
  | { readonly kind: 'valid'; readonly connection: RedisConnection }
  /** Starts with the name of the variable at fault. */
  | { readonly kind: 'invalid'; readonly problem: string };

const NOTHING_MORE: Access = { username: null, password: null, tls: null };

/**
 * The environment variables every service reads: the nodes of a Cluster, or else a single address. `given` is what
 * variables beside the address say; TLS is spoken when the address is a rediss:// one.
 */
export function redisAddress(
  url: string,
  clusterNodes: string | undefined,
  given: Access = NOTHING_MORE,
): RedisAddress {
  const name = clusterNodes === undefined ? 'REDIS_URL' : 'REDIS_CLUSTER_NODES';
  try {
    const found = clusterNodes === undefined ? singleRedis(url) : clusterRedis(clusterNodes);
    if (given.tls !== null && found.tls === null) {
      return invalid(`REDIS_TLS_…: ${name} is no rediss:// address`);
    }
    const twice = given.password !== null && (found.password !== null || found.username !== null);
    if (twice) return invalid(`REDIS_PASSWORD: ${name} holds a user, too; set one of them`);
    const tls = given.tls ?? found.tls;
    const access = given.password === null ? { tls } : { ...given, tls };
    return { kind: 'valid', connection: { ...found, ...access } };
  } catch (error) {
    return invalid(`${name}: ${(error as TypeError).message}`);
  }
}

const invalid = (problem: string): RedisAddress => ({ kind: 'invalid', problem });

/** `redis://[user:password@]host[:port][/db]`, or `rediss://…` for TLS. Throws TypeError; the text never holds the password. */
export function singleRedis(url: string): RedisConnection {
  const parsed = parse(url.trim());
  const access = accessOf(parsed);
  if (access.username === null && access.password === null) {
    return { kind: 'single', url: url.trim(), ...access };
  }
  parsed.username = '';
  parsed.password = '';
  return { kind: 'single', url: parsed.href, ...access };
}

/**
 * `host:port,host:port,…`, some nodes of a Redis Cluster; the others are discovered. An entry may
 * also be a URL: user, password and TLS of the first one then hold for all nodes, and no other one may say something
 * else. Throws TypeError.
 */
export function clusterRedis(nodes: string): RedisConnection {
  const entries = nodes
    .split(',')
    .map((node) => node.trim())
    .filter((node) => node !== '');
  const urls = entries.map(clusterNode);
  const [first] = urls;
  if (first === undefined)
    throw new TypeError('no Redis Cluster node given: expected host:port,host:port');
  const other =
    urls.findIndex(
      (url, index) =>
        (entries[index]?.includes('://') === true && url.protocol !== first.protocol) ||
        (url.username !== '' && url.username !== first.username) ||
        (url.password !== '' && url.password !== first.password),
    ) + 1;
  if (other > 0) {
    throw new TypeError(
      `node ${other} has another user, password or scheme than node 1, whose own hold for all; say them there alone`,
    );
  }
  return {
    kind: 'cluster',
    nodes: urls.map((url) => ({ host: hostOf(url), port: Number(url.port) })),
    ...accessOf(first),
  };
}

function accessOf(url: URL): Access {
  return {
    username: url.username === '' ? null : decodeURIComponent(url.username),
    password: url.password === '' ? null : decodeURIComponent(url.password),
    tls: url.protocol === 'rediss:' ? { ca: null, client: null, serverName: null } : null,
  };
}

/** A port is not guessed: nodes of one host differ by nothing else. */
function clusterNode(node: string, index: number): URL {
  const url = parse(node.includes('://') ? node : `redis://${node}`);
  if (url.port !== '') return url;
  throw new TypeError(`node ${index + 1} has no port: expected host:port,host:port`);
}

function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['redis:', 'rediss:'].includes(url.protocol) || url.hostname === '') {
    throw new TypeError('not a Redis address: expected redis://host:port or rediss://host:port');
  }
  return url;
}

/** IPv6 addresses stand in brackets in a URL, and without them in a socket's address. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
