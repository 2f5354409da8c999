/**
 * Run after a change of an .avsc: checks that it is BACKWARD-compatible with every version before it,
 * freezes it with encoded samples in schemas/golden, and writes the schema texts that the code carries.
 *
 *     npx tsx packages/contracts/scripts/golden-schema.ts
 */
import { FAMILIES, type Family } from '@portal/projection';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  evolutionFaults,
  goldenFile,
  goldenVersions,
  parseType,
  samplesFile,
  schemaFile,
  schemaText,
  undocumented,
} from './golden.ts';
import { sampleValues } from './golden-samples.ts';
import { schemaModule } from './schema-module.ts';

const root = resolve(process.argv[2] ?? '.');
const schemas = join(root, 'schemas');

function addGoldenVersion(family: Family): string {
  const versions = goldenVersions(schemas).filter((golden) => golden.family === family);
  const present = schemaText(schemas, family);
  const newest = versions.at(-1);
  if (newest !== undefined && JSON.stringify(JSON.parse(newest.schema)) === present) {
    return `billing.${family}: version ${newest.version}, unchanged`;
  }
  const faults = [
    ...undocumented(present).map((path) => `${path} has no doc`),
    ...versions.flatMap((golden) =>
      evolutionFaults(golden.schema, present).map((why) => `version ${golden.version}: ${why}`),
    ),
  ];
  if (faults.length > 0) throw new Error(`billing.${family}:\n  ${faults.join('\n  ')}`);
  const version = (newest?.version ?? 0) + 1;
  const type = parseType(present);
  const samples = sampleValues(family).map(({ name, value }) => {
    const bytes = type.toBuffer(value);
    return { name, hex: bytes.toString('hex'), value: type.fromBuffer(bytes) as unknown };
  });
  mkdirSync(join(schemas, 'golden'), { recursive: true });
  copyFileSync(schemaFile(schemas, family), goldenFile(schemas, family, version));
  writeFileSync(samplesFile(schemas, family, version), `${JSON.stringify(samples, null, 2)}\n`);
  return `billing.${family}: version ${version} added`;
}

try {
  for (const family of FAMILIES) console.log(addGoldenVersion(family));
  writeFileSync(join(root, 'packages/contracts/src/events/schema-texts.ts'), schemaModule(schemas));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
