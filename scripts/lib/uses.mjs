import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const SERVICES = /'(KAFKA_BROKERS|SCHEMA_REGISTRY_URL|REDIS_URL|REDIS_CLUSTER_NODES|CHROMIUM)'/g;

/** Tests that kill a server start one of their own on this machine, also where Docker runs the rest. */
const OWN = { java: 'KAFKA_BROKERS', 'redis-server': 'REDIS_URL' };

/** What the test kit exports to start one: its files are imported by a package's name, which is not followed. */
const OWN_REDIS = /\b(?:startRedis|startCluster)\b/;

/**
 * What test files need, read from their text and that of the files they import by a relative path.
 *
 * @param {string[]} files absolute paths
 * @returns {{ services: string[], own: string[] }} services by the name of their address; `own` are
 * those whose programs the tests start themselves
 */
export function findUses(files) {
  const [services, own, seen] = [new Set(), new Set(), new Set()];
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    for (const [, name] of text.matchAll(SERVICES)) services.add(name);
    for (const [, program] of text.matchAll(/'(java|redis-server)'/g)) own.add(OWN[program]);
    if (OWN_REDIS.test(text)) own.add('REDIS_URL');
    for (const [, path] of text.matchAll(/ from '(\.[^']+)'/g)) {
      waiting.push(resolve(dirname(file), path));
    }
  }
  return { services: [...services], own: [...own] };
}
