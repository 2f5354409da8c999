import { createLogger } from '../../src/logger.ts';
import { installShutdown } from '../../src/shutdown.ts';

/**
 * A process to send signals to. Its argument says how its middle step stops: well, failing or never.
 * The second one is the deadline in milliseconds. With `failed` or `refused` as third it ends by itself that way,
 * with a fourth before anything is open; with `never open` nothing ever is.
 */
const [how, deadline, cause, early] = process.argv.slice(2);
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
const shutdown = installShutdown({
  deadlineMs: Number(deadline),
  logger: createLogger({ service: 'stoppable', level: 'silent' }),
  exit: (code) => process.exit(code),
});
void print('up');
const endBy = (kind: string | undefined): void => {
  if (kind === 'failed' || kind === 'refused') shutdown.end({ kind, reason: 'for a test' });
};
if (early !== undefined) endBy(cause);
if (cause !== 'never open') {
  shutdown.opened([
    { name: 'first', stop: () => print('first') },
    { name: 'middle', stop: STOPS[how ?? ''] ?? (() => print('unknown')) },
    { name: 'last', stop: () => print('last') },
  ]);
}
endBy(cause);
