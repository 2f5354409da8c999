import { appendFileSync } from 'node:fs';

/** Everything outside the process that a test may ask for. The name is the environment variable. */
export const SERVICE_NAMES = [
  'KAFKA_BROKERS',
  'SCHEMA_REGISTRY_URL',
  'REDIS_URL',
  'REDIS_CLUSTER_NODES',
  'CHROMIUM',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/**
 * The address of a real service, taken from the environment: brokers and cluster nodes as
 * `host:port,host:port`, the registry and Redis as URLs, Chromium as the path of its program.
 *
 * Throws when it is not there: a test that needs a service fails without it, it never skips.
 * When `PORTAL_SERVICE_USE` names a file, the use is noted there as `name<TAB>test file`, from which
 * `npm test` counts how many tests ran against each service.
 */
export function requireService(name: ServiceName): string {
  const address = process.env[name];
  if (address === undefined || address === '') {
    throw new Error(
      `${name} is not set: run npm test, which brings it up, or npm run stack and export what it prints.`,
    );
  }
  noteUse(name);
  return address;
}

function noteUse(name: ServiceName): void {
  const file = process.env['PORTAL_SERVICE_USE'];
  if (file !== undefined && file !== '') appendFileSync(file, `${name}\t${currentTestFile()}\n`);
}

/**
 * Jest's global `expect` knows the running file. It is not imported, because benchmarks use this
 * package too and `@jest/globals` throws outside Jest.
 */
function currentTestFile(): string {
  const { expect } = globalThis as { expect?: { getState(): { testPath?: string } } };
  return expect?.getState().testPath ?? 'outside a test';
}
