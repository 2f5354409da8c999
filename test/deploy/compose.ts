import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export interface ComposeService {
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly logging?: { readonly driver: string; readonly options: Record<string, string> };
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file?: string }>>;
}

/** docker-compose.yml with its anchors filled in. */
export const readCompose = (): Compose =>
  parse(readFileSync(resolve(__dirname, '../../docker-compose.yml'), 'utf8'), {
    merge: true,
  }) as Compose;
