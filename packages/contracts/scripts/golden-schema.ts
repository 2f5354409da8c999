/**
 * Run after a change of an .avsc: checks that it is BACKWARD-compatible with every version before it,
 * freezes it with encoded samples in schemas/golden, and writes the schema texts that the code carries.
 *
 *     npx tsx packages/contracts/scripts/golden-schema.ts
 */
import { writeFileSync } from 'node:fs';
import { addGoldenVersions } from './golden-add.ts';
import { schemaModule } from './schema-module.ts';

try {
  const added = addGoldenVersions('schemas');
  writeFileSync('packages/contracts/src/events/schema-texts.ts', schemaModule('schemas'));
  console.log(added.length === 0 ? 'every schema is frozen already' : added.join('\n'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
