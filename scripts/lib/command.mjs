import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endWithNpm } from './process.mjs';
import { ROOT, ensureDependencies } from './project.mjs';

const BUNDLE = join(ROOT, 'services/cli/dist/main.cjs');

/**
 * Runs the portal-dashboard command from a fresh clone: installs and builds what is missing first.
 * It runs in this very process, so signals, exit code and terminal are its own.
 */
export async function runCommand(args) {
  endWithNpm();
  ensureDependencies();
  const { buildAll } = await import('./bundles.mjs');
  await buildAll();
  process.setSourceMapsEnabled(true);
  process.argv = [process.execPath, BUNDLE, ...args];
  createRequire(import.meta.url)(BUNDLE);
}
