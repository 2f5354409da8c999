import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(resolve(__dirname, '../../scripts/lib/downloads.mjs')).href;
/** What Maven 3.8 printed when the connection was cut in the middle of a file. */
const BROKEN =
  '[ERROR] Could not transfer artifact org.apache.kafka:kafka-clients:jar:4.4.0: Premature end of body\\n[ERROR]';

/** Fetches Kafka with a Maven that fails so many times, into a cache where a killed run left a folder. */
function fetchKafka(failures: number) {
  const folder = mkdtempSync(join(tmpdir(), 'portal-download-'));
  const cache = join(folder, 'cache');
  mkdirSync(join(cache, 'kafka-4.4.0.4194305'), { recursive: true });
  const mvn = `#!/bin/sh
echo try >> '${folder}/tries'
if [ "$(wc -l < '${folder}/tries')" -le ${failures} ]; then printf '${BROKEN}'; exit 1; fi
touch kafka.jar\n`;
  writeFileSync(join(folder, 'mvn'), mvn, { mode: 0o755 });
  const script = `import { kafkaJars } from '${MODULE}';
    await kafkaJars().catch((error) => console.error(error.message));`;
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, PORTAL_CACHE: cache };
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env,
  });
  return { words: run.stderr, files: readdirSync(cache, { recursive: true }).sort() };
}

describe('a download', () => {
  it('that breaks off is tried again, and the reason is told', () => {
    const { words, files } = fetchKafka(2);
    expect(words).toContain('jar:4.4.0: Premature end of body); trying again');
    expect(files).toEqual(['kafka-4.4.0', 'kafka-4.4.0/kafka.jar', 'kafka-4.4.0/pom.xml']);
  });

  it('that breaks off a third time fails, and leaves nothing half done', () => {
    const { words, files } = fetchKafka(3);
    expect(words).toMatch(/mvn .* failed \(1\):\n/);
    expect(files).toEqual([]);
  });
});
