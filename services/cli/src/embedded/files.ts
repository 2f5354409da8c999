import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Micros } from '@portal/billing';
import { sampleEvents } from '../samples/index.ts';

export interface Files {
  readonly samples: readonly string[];
  /** Where posted events go. */
  readonly log: string;
  /** The same, when it holds some of earlier starts; else null. */
  readonly posted: string | null;
}

/** The samples are written anew each time, told from now; what was posted stays. */
export async function prepareFiles(folder: string, samplesAt: Micros | null): Promise<Files> {
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'posted-events.ndjson');
  await writeFile(log, '', { flag: 'a' });
  const posted = (await stat(log)).size > 0 ? log : null;
  if (samplesAt === null) return { samples: [], log, posted };
  const samples = join(folder, 'sample-events.ndjson');
  await writeFile(samples, `${sampleEvents(samplesAt).join('\n')}\n`);
  return { samples: [samples], log, posted };
}
