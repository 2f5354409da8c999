import { TOPIC_NAMES, type TopicName } from '@portal/contracts';
import avsc, { type Type } from 'avsc';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The schemas on disk and the rules they evolve by. The tests check them, golden-schema.ts adds to them. */
export interface GoldenVersion {
  readonly family: TopicName;
  readonly version: number;
  /** The schema as it was registered. */
  readonly schema: string;
  readonly samples: readonly GoldenSample[];
}

export interface GoldenSample {
  readonly name: string;
  /** The Avro value that this version's schema wrote, without the wire header. */
  readonly hex: string;
  /** Plain JSON of the value as this version's schema reads it. */
  readonly value: unknown;
}

export const HOW_TO_ADD = 'run: npx tsx packages/contracts/scripts/golden-schema.ts';

export const schemaFile = (schemas: string, family: TopicName): string =>
  join(schemas, `billing.${family}.avsc`);

/** One line of JSON: what is registered, and what the code carries. */
export const schemaText = (schemas: string, family: TopicName): string =>
  JSON.stringify(JSON.parse(readFileSync(schemaFile(schemas, family), 'utf8')));

export const goldenFile = (schemas: string, family: TopicName, version: number): string =>
  join(schemas, 'golden', `billing.${family}.v${version}.avsc`);

export const samplesFile = (schemas: string, family: TopicName, version: number): string =>
  join(schemas, 'golden', `billing.${family}.v${version}.samples.json`);

/** Every version ever committed, oldest first in each family. */
export const goldenVersions = (schemas: string): readonly GoldenVersion[] =>
  TOPIC_NAMES.flatMap((family) => versionsOf(schemas, family));

function versionsOf(schemas: string, family: TopicName): readonly GoldenVersion[] {
  const versions: GoldenVersion[] = [];
  for (let version = 1; existsSync(goldenFile(schemas, family, version)); version += 1) {
    versions.push({
      family,
      version,
      schema: readFileSync(goldenFile(schemas, family, version), 'utf8'),
      samples: JSON.parse(
        readFileSync(samplesFile(schemas, family, version), 'utf8'),
      ) as GoldenSample[],
    });
  }
  return versions;
}

/** Files in golden/ that no version explains: a gap in the numbers, a typing mistake. */
export function strayGoldenFiles(schemas: string): readonly string[] {
  const known = new Set(
    goldenVersions(schemas).flatMap(({ family, version }) => [
      goldenFile(schemas, family, version),
      samplesFile(schemas, family, version),
    ]),
  );
  return readdirSync(join(schemas, 'golden')).filter(
    (name) => !known.has(join(schemas, 'golden', name)),
  );
}

/** Names of records and fields without a `doc`. */
export function undocumented(schema: string): readonly string[] {
  return placesOf(JSON.parse(schema), '')
    .filter(({ node }) => typeof node['doc'] !== 'string' || node['doc'] === '')
    .map(({ path }) => path);
}

/**
 * Why the newer schema may not follow the older one; empty when it may. BACKWARD: whatever the older
 * one wrote can be read with the newer one, so every added field has a default.
 */
export function evolutionFaults(older: string, newer: string): readonly string[] {
  try {
    parseType(newer).createResolver(parseType(older));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

export const parseType = (schema: string): Type =>
  avsc.Type.forSchema(JSON.parse(schema) as Parameters<typeof Type.forSchema>[0]);

interface Node {
  readonly [name: string]: unknown;
}
interface Place {
  readonly path: string;
  readonly node: Node;
}

/** Every record and field of a schema, by its dotted path. */
function placesOf(schema: unknown, path: string): readonly Place[] {
  if (Array.isArray(schema)) return schema.flatMap((branch) => placesOf(branch, path));
  if (typeof schema !== 'object' || schema === null) return [];
  const node = schema as Node;
  const self = 'name' in node && 'fields' in node ? [{ path, node }] : [];
  const fields = Array.isArray(node['fields']) ? (node['fields'] as Node[]) : [];
  const inside = fields.flatMap((field) => {
    const name = String(field['name']);
    const at = path === '' ? name : `${path}.${name}`;
    return [{ path: at, node: field }, ...placesOf(field['type'], at)];
  });
  return [...self, ...inside, ...['items', 'values'].flatMap((part) => placesOf(node[part], path))];
}
