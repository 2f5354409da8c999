/** Where Redis is. Plain data: each part of the system opens its own connection with its own settings. */
export type RedisConnection =
  | { readonly kind: 'single'; readonly url: string }
  | {
      readonly kind: 'cluster';
      readonly nodes: readonly { readonly host: string; readonly port: number }[];
      readonly username: string | null;
      readonly password: string | null;
      readonly tls: boolean;
    };

export type RedisAddress =
  | { readonly kind: 'valid'; readonly connection: RedisConnection }
  /** Starts with the name of the variable at fault. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** The two environment variables every service reads: the nodes of a Cluster win over a single address. */
export function redisFrom(url: string, clusterNodes: string | undefined): RedisAddress {
  try {
    const connection = clusterNodes === undefined ? singleRedis(url) : clusterRedis(clusterNodes);
    return { kind: 'valid', connection };
  } catch (error) {
    const name = clusterNodes === undefined ? 'REDIS_URL' : 'REDIS_CLUSTER_NODES';
    return { kind: 'invalid', problem: `${name}: ${(error as TypeError).message}` };
  }
}

/** `redis://[user:password@]host[:port][/db]`, or `rediss://…` for TLS. Throws TypeError; the text never holds the password. */
export function singleRedis(url: string): RedisConnection {
  parse(url.trim());
  return { kind: 'single', url: url.trim() };
}

/**
 * `host:port,host:port,…`, some nodes of a Redis Cluster; the others are discovered. An entry may
 * also be a URL: user, password and TLS of the first one then hold for all nodes. Throws TypeError.
 */
export function clusterRedis(nodes: string): RedisConnection {
  const urls = nodes
    .split(',')
    .map((node) => node.trim())
    .filter((node) => node !== '')
    .map(clusterNode);
  const [first] = urls;
  if (first === undefined)
    throw new TypeError('no Redis Cluster node given: expected host:port,host:port');
  return {
    kind: 'cluster',
    nodes: urls.map((url) => ({ host: hostOf(url), port: Number(url.port) })),
    username: first.username === '' ? null : decodeURIComponent(first.username),
    password: first.password === '' ? null : decodeURIComponent(first.password),
    tls: first.protocol === 'rediss:',
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
