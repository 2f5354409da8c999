import { dirname } from 'node:path';
import { registryJar } from '../downloads.mjs';
import { answersOk, freePorts, waitUntil } from '../network.mjs';
import { JAVA_ENV, background } from '../process.mjs';

/** For what hangs: a loaded machine with two cores has taken 50 s. */
const READY_MS = 180_000;

/** Apicurio with its schemas in memory, spoken to as a Confluent registry. Gives SCHEMA_REGISTRY_URL. */
export async function startRegistry({ folder, port }) {
  const { args, cwd, port: free } = await prepareRegistry({ folder, port });
  const child = background('registry', 'java', args, { folder, cwd, env: JAVA_ENV });
  const url = `http://127.0.0.1:${free}/apis/ccompat/v7`;
  await waitUntil('The schema registry', child, READY_MS, () => answersOk(`${url}/subjects`));
  return { env: { SCHEMA_REGISTRY_URL: url }, children: [child] };
}

/** A free port, and what to give to `java`, run in `cwd`, again after it ended. */
export async function prepareRegistry({ folder, port }) {
  const jar = await registryJar();
  const [free] = await freePorts(port, 1);
  const args = [
    ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
    ...['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${free}`],
    // It makes a folder of a fixed name there: in /tmp that of another user would stop it. A left-over
    // process, too, is told by this.
    `-Djava.io.tmpdir=${folder}`,
    ...['-jar', jar],
  ];
  return { port: free, cwd: dirname(jar), args };
}
