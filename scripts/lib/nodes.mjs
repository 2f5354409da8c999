import { delimiter, dirname } from 'node:path';
import { nodeProgram } from './downloads.mjs';

/** The versions that the code is tested on, and nowhere else written down: one of each line, pinned with its checksum. */
export const TESTED = [
  {
    version: '20.20.2',
    integrity:
      'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
  },
  {
    version: '22.23.3',
    integrity:
      'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  {
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
];

/**
 * What may differ by Node, as jest takes paths below the project's folder: unit tests but those of the
 * pure projection (the frozen answers of test/golden and test/cases stand for it), whole processes
 * through Kafka, registry and Redis, what Node brings (zstd, the words of OpenSSL), start and stop.
 */
export const PARTS = [
  './packages/(?!projection/).+\\.unit\\.test\\.ts$',
  './(services|test)/.+\\.unit\\.test\\.tsx?$',
  './test/e2e/pipeline\\.e2e\\.test\\.ts$',
  './packages/streams/test/kafka/zstd\\.int\\.test\\.ts$',
  './packages/runtime/test/.+\\.int\\.test\\.ts$',
  './test/secure/.+\\.test\\.ts$',
];

/** The tested versions of other lines than the one of `running` (`20.11.0`). */
export function otherNodes(running) {
  const line = (version) => version.split('.')[0];
  return TESTED.filter(({ version }) => line(version) !== line(running));
}

/** The program of a Node, this one's own or fetched if need be, and an environment in which `node` means it. */
export async function toRun(node) {
  if (node.version === process.versions.node) return { program: process.execPath, env: {} };
  const program = await nodeProgram(node);
  return { program, env: { PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}` } };
}
