import { createInterface } from 'node:readline';
import { listen } from '../../src/listen.ts';
import { createLogger } from '../../src/logger.ts';
import { installShutdown } from '../../src/shutdown.ts';

/**
 * A process that serves until it is told to stop. `/held` is answered when a line comes in on the standard input,
 * `/large` with more than a connection takes in unread, a body when it is complete, everything else at once.
 * Prints its port, `held N` for each answer under way, and `stopping` once it takes nothing new.
 */
const held: (() => void)[] = [];
createInterface({ input: process.stdin }).on('line', () => {
  for (const answer of held.splice(0)) answer();
});

async function serve(): Promise<void> {
  const server = await listen(
    (request, response) => {
      if (request.url === '/held') {
        held.push(() => response.end('held'));
        process.stdout.write(`held ${held.length}\n`);
      } else if (request.url === '/large') {
        response.end('x'.repeat(50_000_000));
      } else {
        request.resume().on('end', () => response.end('done'));
      }
    },
    { port: 0, host: '127.0.0.1' },
  );
  const shutdown = installShutdown({
    // Longer than any test: whoever waits for it fails the test.
    deadlineMs: 600_000,
    logger: createLogger({ service: 'serving', level: 'silent' }),
    exit: (code) => process.exit(code),
  });
  shutdown.opened([
    {
      name: 'http',
      stop: () => {
        const stopped = server.stop();
        process.stdout.write('stopping\n');
        return stopped;
      },
    },
  ]);
  process.stdout.write(`${server.port}\n`);
}

void serve();
