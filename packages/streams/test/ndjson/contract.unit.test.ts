import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { formatLine } from '@portal/contracts';
import { createNdjsonSource } from '../../src/index.ts';
import { sourceContract } from '../source-contract.ts';

describe('the NDJSON source keeps the laws of the port', () => {
  sourceContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'streams-'));
    const file = join(folder, 'events.ndjson');
    await writeFile(file, '');
    const source = createNdjsonSource({
      paths: [],
      growing: [folder],
      pollMs: 10,
      batchRecords: 7,
      onMalformed: () => undefined,
      onSkipped: () => undefined,
    });
    return {
      source,
      produce: async (records) => {
        await appendFile(file, records.map((record) => `${formatLine(record)}\n`).join(''));
      },
      close: async () => {
        await source.close();
        await rm(folder, { recursive: true });
      },
    };
  });
});
