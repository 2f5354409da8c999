import { runCommand } from './lib/command.mjs';
import { main } from './lib/say.mjs';

await main(() => runCommand(process.argv.slice(2)));
