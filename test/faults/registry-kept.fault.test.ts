import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { SCHEMA_TEXTS } from '@portal/contracts';
import { readCompose } from '../deploy/compose.ts';
import { startOwnRegistry } from './own-registry.ts';

describe('the registry with the settings of docker-compose.yml', () => {
  let folder: string;
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('has every schema under the same id after a kill -9 right behind the answer', async () => {
    folder = await mkdtemp(join(tmpdir(), 'own-registry-'));
    const given = readCompose().services['registry']?.environment?.['REGISTRY_DATASOURCE_URL'];
    // The same settings, in a folder of this test instead of the volume.
    const address = String(given).replace('/var/lib/registry', folder);
    expect(address).not.toBe(String(given));
    const registry = await startOwnRegistry({ REGISTRY_DATASOURCE_URL: address });
    const ids = new Map<string, number>();
    for (const [family, schema] of Object.entries(SCHEMA_TEXTS)) {
      ids.set(family, await registry.register(`billing.${family}-value`, schema));
    }
    await registry.kill();
    await registry.start();
    for (const [family, schema] of Object.entries(SCHEMA_TEXTS)) {
      const id = ids.get(family) ?? -1;
      expect(JSON.parse(await registry.schema(id))).toEqual(JSON.parse(schema));
      expect(await registry.register(`billing.${family}-value`, schema)).toBe(id);
    }
    await registry.stop();
  });
});
