import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { unreached } from '@portal/async';
import { excerpt } from '@portal/contracts';
import { type TlsNames, type TlsSettings, tlsOptions, tlsTrouble } from '@portal/tls';

export interface RegistryConnection {
  /** Base address of a Confluent-compatible API, such as `http://registry:8080/apis/ccompat/v7`. */
  readonly url: string;
  /** `token` is asked at each request. null or absent: nobody in particular. */
  readonly auth?:
    | { readonly kind: 'basic'; readonly username: string; readonly password: string }
    | { readonly kind: 'bearer'; readonly token: () => string }
    | null;
  /** Of an https:// address; null or absent: what Node trusts. */
  readonly tls?: TlsSettings | null;
}

export interface RegistryRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** After the base address, with its leading slash. */
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}

export interface RegistryResponse {
  readonly status: number;
  /** The answer as JSON; undefined when it is none. */
  readonly body: unknown;
}

/** A schema takes some kilobytes, and the list of all subjects of a large registry some hundred. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const MEDIA_TYPE = 'application/vnd.schemaregistry.v1+json';

/**
 * One request to the registry, on a connection of its own: there are a few of them an hour. Redirects are not
 * followed, because credentials would go along. Rejects when there is no whole answer; see `registryTrouble`.
 */
export function askRegistry(
  connection: RegistryConnection,
  { method, path, body, signal }: RegistryRequest,
): Promise<RegistryResponse> {
  const url = new URL(`${baseUrl(connection)}${path}`);
  const send = url.protocol === 'https:' ? secure : plain;
  const text = body === undefined ? null : JSON.stringify(body);
  const headers = {
    accept: `${MEDIA_TYPE}, application/json`,
    ...(text === null
      ? {}
      : { 'content-type': MEDIA_TYPE, 'content-length': Buffer.byteLength(text) }),
    ...authorization(connection),
  };
  const tls = connection.tls ? tlsOptions(connection.tls) : {};
  return new Promise((resolve, reject) => {
    const request = send(url, { method, headers, signal, agent: false, ...tls }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject).on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= ANSWER_BYTES_MAX) chunks.push(chunk);
        else response.destroy(new Error(`the answer has over ${ANSWER_BYTES_MAX} bytes`));
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks)) });
      });
    });
    request.on('error', reject);
    request.end(text ?? undefined);
  });
}

function authorization({ auth = null }: RegistryConnection): { readonly authorization?: string } {
  if (auth === null) return {};
  if (auth.kind === 'bearer') return { authorization: `Bearer ${auth.token()}` };
  const credentials = Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  return { authorization: `Basic ${credentials}` };
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const TLS: TlsNames = {
  tls: 'SCHEMA_REGISTRY_URL',
  ca: 'SCHEMA_REGISTRY_CA',
  cert: null,
  serverName: 'SCHEMA_REGISTRY_URL',
};

/** Why there was no answer, in words for an operator. */
export function registryTrouble(error: unknown): string {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const tls = tlsTrouble(error, TLS);
  if (tls !== null) return `the schema registry ${tls}`;
  if (code === 'HPE_INVALID_CONSTANT') {
    return 'the registry does not answer in HTTP: does it speak TLS? See SCHEMA_REGISTRY_URL';
  }
  if (code === 'ECONNRESET') {
    return 'the registry closed the connection; if it always does, it may speak TLS; see SCHEMA_REGISTRY_URL';
  }
  const said = typeof message === 'string' ? excerpt(message, SAID_MAX) : '';
  const why = unreached(said) ?? (typeof code === 'string' ? code : said);
  return `the registry is not reached: ${why === '' ? 'no reason' : why}`;
}

/** Of what a registry or a socket says, in characters. */
const SAID_MAX = 300;

/** What an answer without success means. */
export function registryRefusal({ status, body }: RegistryResponse): string {
  const { message } = (body ?? {}) as { readonly message?: unknown };
  const said = typeof message === 'string' ? ` (${excerpt(message, SAID_MAX)})` : '';
  switch (status) {
    case 401:
      return 'the registry refuses our user (HTTP 401): see SCHEMA_REGISTRY_USERNAME or SCHEMA_REGISTRY_TOKEN';
    case 403:
      return 'the registry does not let our user do that (HTTP 403): it lacks a right';
    case 301:
    case 302:
    case 307:
    case 308:
      return `the registry is elsewhere (HTTP ${status}): see SCHEMA_REGISTRY_URL`;
    default:
      return `the registry answers HTTP ${status}${said}`;
  }
}

export function baseUrl({ url }: RegistryConnection): string {
  let end = url.length;
  while (url.charAt(end - 1) === '/') end -= 1;
  return url.slice(0, end);
}
