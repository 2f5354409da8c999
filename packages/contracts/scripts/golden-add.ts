import { TOPIC_NAMES, type TopicName } from '@portal/contracts';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  evolutionFaults,
  goldenFile,
  goldenVersions,
  parseType,
  samplesFile,
  schemaFile,
  schemaText,
  undocumented,
  type GoldenVersion,
} from './golden.ts';
import { sampleValues } from './golden-samples.ts';

/**
 * Freezes every schema that differs from its newest golden version as the next one, with samples.
 * Says what it added; throws with every fault, and writes nothing, when a schema may not follow its past.
 */
export function addGoldenVersions(schemas: string): readonly string[] {
  const versions = goldenVersions(schemas);
  const changed = TOPIC_NAMES.map((family) => changeOf(schemas, family, versions)).filter(
    (change) => change !== null,
  );
  const faults = changed.flatMap((change) => change.faults);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  mkdirSync(join(schemas, 'golden'), { recursive: true });
  return changed.map((change) => freeze(schemas, change));
}

interface Change {
  readonly family: TopicName;
  readonly version: number;
  readonly schema: string;
  readonly faults: readonly string[];
}

/** null: the schema is its newest golden version. */
function changeOf(
  schemas: string,
  family: TopicName,
  versions: readonly GoldenVersion[],
): Change | null {
  const schema = schemaText(schemas, family);
  const own = versions.filter((golden) => golden.family === family);
  const newest = own.at(-1);
  if (newest !== undefined && JSON.stringify(JSON.parse(newest.schema)) === schema) return null;
  const faults = [
    ...undocumented(schema).map((path) => `${path} has no doc`),
    ...own.flatMap((golden) =>
      evolutionFaults(golden.schema, schema).map((why) => `version ${golden.version}: ${why}`),
    ),
  ].map((fault) => `billing.${family}: ${fault}`);
  return { family, version: (newest?.version ?? 0) + 1, schema, faults };
}

function freeze(schemas: string, { family, version, schema }: Change): string {
  const type = parseType(schema);
  const samples = sampleValues(family).map(({ name, value }) => {
    const bytes = type.toBuffer(value);
    return { name, hex: bytes.toString('hex'), value: type.fromBuffer(bytes) as unknown };
  });
  copyFileSync(schemaFile(schemas, family), goldenFile(schemas, family, version));
  writeFileSync(samplesFile(schemas, family, version), `${JSON.stringify(samples, null, 2)}\n`);
  return `billing.${family}: version ${version}`;
}
