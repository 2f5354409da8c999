import { runCommand } from './lib/command.mjs';
import { main } from './lib/say.mjs';

await main(() => runCommand(['start', ...process.argv.slice(2)]));
