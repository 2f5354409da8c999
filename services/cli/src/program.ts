import { Command } from 'commander';
import { addExport } from './commands/export.ts';
import { addGenerations } from './commands/generations.ts';
import { addHistory } from './commands/history.ts';
import { addParked } from './commands/parked.ts';
import { addPublish } from './commands/publish.ts';
import { addSetup } from './commands/setup.ts';
import { addStart } from './commands/start.ts';
import { addToken } from './commands/token.ts';
import { EXIT } from './say.ts';

/** The command with all its own. Ends the process on a wrong use. */
export function createProgram(): Command {
  const program = new Command('portal-dashboard')
    .description('A billing portal dashboard from an event-sourced read model.')
    .addHelpText('afterAll', ({ command }) => exitCodesOf(command))
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : EXIT.usage);
    });
  addStart(program);
  addSetup(program);
  addPublish(program);
  addExport(program);
  addGenerations(program);
  addToken(program);
  addHistory(program);
  addParked(program);
  return program;
}

/** Of commands that need more words than the others. */
const DONE_AND_FAILED: Readonly<Record<string, string>> = {
  start: '0 told to stop, 1 failed',
  publish: '0 every line was sent, 1 failed or some were not sent',
  export: '0 everything was written, 1 failed, also when a topic is missing',
  'parked show': '0 done, 1 failed, also when the log does not hold the record',
  'history accept': '0 done, 1 failed, also when something is refused',
  'generations prune': '0 done, 1 failed, also when something is refused',
};

function exitCodesOf(command: Command): string {
  const above = command.parent?.parent ? `${command.parent.name()} ` : '';
  const codes = DONE_AND_FAILED[`${above}${command.name()}`] ?? '0 done, 1 failed';
  return `\nExit codes: ${codes}, 2 wrong use.`;
}
