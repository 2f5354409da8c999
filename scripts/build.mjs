import { ensureDependencies } from './lib/project.mjs';
import { main } from './lib/say.mjs';

await main(async () => {
  ensureDependencies();
  const { buildAll } = await import('./lib/bundles.mjs');
  await buildAll();
});
