import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { DATE_POLICIES, DEFAULT_SETTINGS } from '@portal/projection';
import { createLogger, installShutdown } from '@portal/runtime';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { startEmbedded } from '../embedded/embedded.ts';
import { isLoopback } from '../embedded/origin.ts';
import { createInputNotes } from '../input-notes.ts';
import { createProgress } from '../progress.ts';
import { INPUT_HELP } from '../input-help.ts';
import { createOutput, EXIT } from '../say.ts';
import { explainStart } from './explain-start.ts';
import { checkOptions, type StartOptions } from './start-options.ts';
import { present } from './started.ts';

const DEFAULT_PORT = '8080';
const SHUTDOWN_DEADLINE_MS = 5_000;
const SECRET_BYTES = 48;

export function addStart(program: Command): void {
  program
    .command('start')
    .description('Serve the dashboard from sample events and your own, with nothing but Node.')
    .option('--events <path...>', 'events to replay: files, folders, or - for standard input', [])
    .option('--port <n>', 'port to listen on; 0 picks a free one', DEFAULT_PORT)
    .option(
      '--host <address>',
      'address to listen on; others can add events if it is no loopback',
      '127.0.0.1',
    )
    .option('--clock <instant>', 'freeze the clock at an instant such as 2026-11-23T10:00:00Z')
    .option('--follow', 'keep reading the given files and folders as they grow', false)
    .addOption(
      new Option('--date-policy <policy>', 'how next_billing counts')
        .choices(DATE_POLICIES)
        .default('calendar'),
    )
    .option('--no-samples', 'leave the sample customers out')
    .option('--cors-origin <origin...>', 'origins whose pages may read the dashboard')
    .option('--data <folder>', 'where posted events are kept', join('.data', 'embedded'))
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', START_HELP)
    .action(start);
}

const START_HELP = `
${INPUT_HELP}
What became of the lines is told once everything is applied. What is wrong with single ones is
said and does not end the command.

Environment:
  PORTAL_JWT_SECRET  signs the links; a random one per start when not set; or
                     PORTAL_JWT_SECRET_FILE, a file that holds it
  CORS_ORIGINS       the same as --cors-origin, comma-separated; not read when that is given
  LOG_LEVEL          warn by default

Examples:
  npm start
  npm start -- --events dump.ndjson.gz --no-samples --clock 2026-11-23T10:00:00Z`;

async function start(options: StartOptions): Promise<void> {
  const began = performance.now();
  const output = createOutput(options.json);
  const parsed = await checkOptions(options);
  if (typeof parsed === 'string') {
    output.fail(parsed, 'see: npm start -- --help', EXIT.usage);
    return;
  }
  const logger = createLogger({
    service: 'embedded',
    level: parsed.logLevel,
    destination: process.stderr,
  });
  const progress = createProgress(output, 'replaying');
  const notes = createInputNotes(output);
  const shutdown = installShutdown({
    deadlineMs: SHUTDOWN_DEADLINE_MS,
    logger,
    exit: (code) => process.exit(code),
  });
  try {
    const embedded = await startEmbedded({
      events: options.events,
      samples: options.samples,
      follow: options.follow,
      port: parsed.port,
      host: options.host,
      frozenAt: parsed.clock,
      corsOrigins: parsed.corsOrigins,
      secret: parsed.secret ?? randomBytes(SECRET_BYTES).toString('base64'),
      settings: DEFAULT_SETTINGS,
      datePolicy: options.datePolicy,
      dataFolder: resolve(options.data),
      pageFolder: resolve(dirname(process.argv[1] ?? '.'), '../../portal/dist'),
      logger,
      onMalformed: notes.malformed,
      onSkipped: notes.skipped,
      onParked: notes.parked,
      onProgress: (folded, total) => {
        progress.update(folded, total);
      },
      failed: (reason) => {
        shutdown.end({ kind: 'failed', reason });
      },
    });
    shutdown.opened([{ name: 'embedded', stop: () => embedded.stop() }]);
    if (!isLoopback(options.host))
      output.note(`${pc.yellow('warning')} ${reachableText(options.host)}`);
    const ready = await embedded.ready;
    progress.done();
    if (!ready) return;
    const seconds = (performance.now() - began) / 1_000;
    const url = `http://${options.host}:${embedded.port}`;
    present(
      output,
      { url, seconds, clock: parsed.clock, posted: embedded.posted, ...(await embedded.lines()) },
      embedded.links(),
    );
  } catch (error) {
    progress.done();
    output.fail(...explainStart(error, parsed.port), EXIT.failed);
  }
}

const reachableText = (host: string): string =>
  `--host ${host}: whoever reaches this machine can add events, without any password, and read a customer ` +
  'with one of the links. The links end after 12 hours; the page lists them on this machine only.';
