import { createLogger } from '../../src/logger.ts';
import { installShutdown } from '../../src/shutdown.ts';

/**
 * A process to send signals to. Its argument says how its middle step stops: well, failing or never.
 * The second one is the deadline in milliseconds. With `fail` as third it gives up by itself.
 */
const [how, deadline, cause] = process.argv.slice(2);
const print = (line: string): Promise<void> => {
  process.stdout.write(`${line}\n`);
  return Promise.resolve();
};
const STOPS: Readonly<Record<string, () => Promise<void>>> = {
  well: () => print('middle'),
  failing: () => Promise.reject(new Error('will not')),
  never: () => new Promise(() => undefined),
};

setInterval(() => undefined, 60_000);
const { fail } = installShutdown({
  steps: [
    { name: 'first', stop: () => print('first') },
    { name: 'middle', stop: STOPS[how ?? ''] ?? (() => print('unknown')) },
    { name: 'last', stop: () => print('last') },
  ],
  deadlineMs: Number(deadline),
  logger: createLogger({ service: 'stoppable', level: 'silent' }),
  exit: (code) => process.exit(code),
});
void print('up');
if (cause === 'fail') fail('told to');
