import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of the test's own. */
export interface OwnFiles {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly write: (texts: Readonly<Record<string, string>>) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** With these files in it: text by name. */
export async function ownFiles(texts: Readonly<Record<string, string>> = {}): Promise<OwnFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'portal-test-'));
  const path = (name: string): string => join(folder, name);
  const write = async (more: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(more)) await writeFile(path(name), text);
  };
  await write(texts);
  return { folder, path, write, remove: () => rm(folder, { recursive: true, force: true }) };
}
