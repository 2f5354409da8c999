import { type TlsSettings } from '@portal/tls';
import * as z from 'zod';
import { type ConfigResult } from '../config.ts';
import { fileText, secret, tokenFile, type TokenSource } from '../secrets.ts';
import { tlsFrom } from './tls.ts';

const TOKEN_FILE = 'SCHEMA_REGISTRY_TOKEN_FILE';

/** How every program of this project reaches the schema registry. */
export const REGISTRY_VARIABLES = {
  SCHEMA_REGISTRY_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
    .refine((url) => !hasUser(url), 'must hold no user: SCHEMA_REGISTRY_USERNAME is for that')
    .describe('address of the schema registry (Confluent API); required'),
  SCHEMA_REGISTRY_USERNAME: z.string().optional().describe('user of the registry (basic auth)'),
  SCHEMA_REGISTRY_PASSWORD: secret(z.string().optional().describe('password of that user')),
  SCHEMA_REGISTRY_TOKEN: z.string().optional().describe('token for the registry (bearer)'),
  [TOKEN_FILE]: tokenFile(TOKEN_FILE)
    .optional()
    .describe('file with that token instead, read again at each request'),
  SCHEMA_REGISTRY_CA: fileText()
    .optional()
    .describe('PEM file of the only authorities to trust; those of Node when not set'),
} as const;

type RegistryConfig = z.output<z.ZodObject<typeof REGISTRY_VARIABLES>>;

export type RegistryAuth =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: TokenSource };

export interface RegistrySettings {
  readonly url: string;
  readonly auth: RegistryAuth | null;
  /** null for http:// addresses. */
  readonly tls: TlsSettings | null;
}

export function registryFrom(config: RegistryConfig): ConfigResult<RegistrySettings> {
  const { SCHEMA_REGISTRY_URL: url, SCHEMA_REGISTRY_CA: ca } = config;
  const auth = authOf(config);
  const isTls = new URL(url).protocol === 'https:';
  const tls =
    ca === undefined || isTls
      ? tlsFrom({ ca, cert: undefined, key: undefined, serverName: undefined }, NAMES)
      : { problem: 'SCHEMA_REGISTRY_CA: SCHEMA_REGISTRY_URL is no https:// address' };
  if ('problem' in tls || 'problem' in auth) {
    return {
      kind: 'invalid',
      problems: [tls, auth].flatMap((part) => ('problem' in part ? [part.problem] : [])),
    };
  }
  return { kind: 'valid', config: { url, auth: auth.auth, tls: isTls ? tls.settings : null } };
}

const NAMES = { ca: 'SCHEMA_REGISTRY_CA', cert: '', key: '' };

function authOf(
  config: RegistryConfig,
): { readonly auth: RegistryAuth | null } | { readonly problem: string } {
  const username = config.SCHEMA_REGISTRY_USERNAME;
  const password = config.SCHEMA_REGISTRY_PASSWORD;
  const { SCHEMA_REGISTRY_TOKEN: token, [TOKEN_FILE]: fromFile } = config;
  if (token !== undefined && fromFile !== undefined) {
    return { problem: `${TOKEN_FILE}: SCHEMA_REGISTRY_TOKEN is set, too; set one of them` };
  }
  const bearer = fromFile ?? (token === undefined ? null : () => token);
  if (username === undefined && password === undefined) {
    return { auth: bearer === null ? null : { kind: 'bearer', token: bearer } };
  }
  if (bearer !== null) {
    return { problem: 'SCHEMA_REGISTRY_TOKEN: a user is set, too; set one of them' };
  }
  if (username === undefined) return { problem: 'SCHEMA_REGISTRY_USERNAME: is not set' };
  if (username.includes(':')) return { problem: 'SCHEMA_REGISTRY_USERNAME: may hold no colon' };
  if (password === undefined) return { problem: 'SCHEMA_REGISTRY_PASSWORD: is not set' };
  return { auth: { kind: 'basic', username, password } };
}

function hasUser(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username !== '' || password !== '';
}
