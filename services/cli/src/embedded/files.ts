import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Micros } from '@portal/billing';
import { sampleEvents } from '../samples/index.ts';

export interface Files {
  readonly samples: readonly string[];
  /** Where posted events go. */
  readonly log: string;
  /** Whether it holds some already, of earlier starts. */
  readonly hasPosted: boolean;
}

/** The samples are written anew each time, told from now; what was posted stays. */
export async function prepareFiles(folder: string, samplesAt: Micros | null): Promise<Files> {
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'posted-events.ndjson');
  await writeFile(log, '', { flag: 'a' });
  const hasPosted = (await stat(log)).size > 0;
  if (samplesAt === null) return { samples: [], log, hasPosted };
  const samples = join(folder, 'sample-events.ndjson');
  await writeFile(samples, `${sampleEvents(samplesAt).join('\n')}\n`);
  return { samples: [samples], log, hasPosted };
}
