import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { type Micros, parseIso, toIso, whyNoInstant } from '@portal/billing';
import { DASHBOARD_PATH } from '@portal/contracts';
import { DATE_POLICIES, type DatePolicy, DEFAULT_SETTINGS } from '@portal/projection';
import { CORS_ORIGINS } from '@portal/reader';
import {
  checkedText,
  createLogger,
  installShutdown,
  type LoggerOptions,
  readConfig,
  secret,
  VARIABLES,
} from '@portal/runtime';
import { checkPaths, type Tally } from '@portal/streams';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { startEmbedded } from '../embedded/embedded.ts';
import { type CustomerLink } from '../embedded/links.ts';
import { isLoopback } from '../embedded/origin.ts';
import { createInputNotes } from '../input-notes.ts';
import { type LineCounts, lineCountsText } from '../line-counts.ts';
import { createProgress } from '../progress.ts';
import { INPUT_HELP } from '../input-help.ts';
import { createOutput, EXIT, type Output } from '../say.ts';
import { table } from '../table.ts';
import { terminalCell } from '../terminal-text.ts';
import { explainStart } from './explain-start.ts';

interface StartOptions {
  readonly events: readonly string[];
  readonly port: string;
  readonly host: string;
  readonly clock?: string;
  readonly follow: boolean;
  readonly datePolicy: DatePolicy;
  readonly samples: boolean;
  readonly corsOrigin?: readonly string[];
  readonly data: string;
  readonly json: boolean;
}

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
said and does not end the command; its exit code is 0 when it was told to stop, 1 when it failed.

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
  let shutdown = {
    fail: (reason: string): void => {
      output.fail(reason, null, EXIT.failed);
    },
  };
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
      onProgress: (folded, total) => {
        progress.update(folded, total);
      },
      failed: (reason) => {
        shutdown.fail(reason);
      },
    });
    shutdown = installShutdown({
      steps: [{ name: 'embedded', stop: () => embedded.stop() }],
      deadlineMs: SHUTDOWN_DEADLINE_MS,
      logger,
      exit: (code) => process.exit(code),
    });
    if (!isLoopback(options.host))
      output.note(`${pc.yellow('warning')} ${reachableText(options.host)}`);
    const ready = await embedded.ready;
    progress.done();
    if (!ready) return;
    const seconds = (performance.now() - began) / 1_000;
    const url = `http://${options.host}:${embedded.port}`;
    present(
      output,
      { url, seconds, clock: parsed.clock, ...(await embedded.lines()) },
      embedded.links(),
    );
  } catch (error) {
    progress.done();
    output.fail(...explainStart(error, parsed.port), EXIT.failed);
  }
}

interface CheckedOptions {
  readonly port: number;
  readonly clock: Micros | null;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LoggerOptions['level'];
  readonly secret: string | undefined;
}

/** The options as they are used, or what is wrong with one. */
async function checkOptions(options: StartOptions): Promise<CheckedOptions | string> {
  const port = Number(options.port);
  if (!/^\d{1,5}$/.test(options.port) || port > 65_535) {
    return `--port: ${JSON.stringify(options.port)} is no port (0 to 65535)`;
  }
  const clock = options.clock === undefined ? null : parseIso(options.clock);
  if (options.clock !== undefined && clock === null) {
    const why = whyNoInstant(options.clock) ?? 'is no instant such as "2026-11-23T10:00:00Z"';
    return `--clock: ${JSON.stringify(options.clock)} ${why}`;
  }
  const problem = await checkPaths(options.events, options.follow);
  if (problem !== null) return `--events: ${problem}`;
  const read = readConfig(VARIABLES_READ, {
    CORS_ORIGINS: options.corsOrigin?.join() ?? process.env['CORS_ORIGINS'],
    LOG_LEVEL: process.env['LOG_LEVEL'],
    PORTAL_JWT_SECRET: process.env['PORTAL_JWT_SECRET'],
    PORTAL_JWT_SECRET_FILE: process.env['PORTAL_JWT_SECRET_FILE'],
  });
  if (read.kind === 'invalid') {
    const wrong = read.problems.join('; ');
    return options.corsOrigin === undefined
      ? wrong
      : wrong.replace('CORS_ORIGINS', '--cors-origin');
  }
  const { CORS_ORIGINS: corsOrigins, LOG_LEVEL: logLevel, PORTAL_JWT_SECRET: secret } = read.config;
  return { port, clock, corsOrigins, logLevel, secret };
}

const VARIABLES_READ = {
  CORS_ORIGINS,
  LOG_LEVEL: VARIABLES.LOG_LEVEL.default('warn'),
  // The links are for this mode alone: any secret signs them.
  PORTAL_JWT_SECRET: secret(checkedText(() => null).optional()),
};

const reachableText = (host: string): string =>
  `--host ${host}: whoever reaches this machine can add events, without any password, and read a customer ` +
  'with one of the links. The links end after 12 hours; the page lists them on this machine only.';

interface Started {
  readonly url: string;
  readonly seconds: number;
  readonly clock: Micros | null;
  readonly counts: LineCounts;
  readonly tally: Readonly<Tally>;
}

function present(output: Output, started: Started, links: readonly CustomerLink[]): void {
  const { url, seconds, clock, counts, tally } = started;
  const { malformed, files, faults } = tally;
  const customers = links.map((link) => ({
    name: link.name,
    description: link.description,
    currency: link.currency,
    timezone: link.timezone,
    page: `${url}/?token=${link.token}`,
    answer: `${url}${DASHBOARD_PATH}?token=${link.token}`,
  }));
  const text = [
    '',
    `${pc.green('ready')} in ${seconds.toFixed(1)} s   ${pc.bold(url)}`,
    ...(clock === null ? [] : [`the clock stands still at ${toIso(clock)}`]),
    lineCountsText(counts, process.stdout.isTTY),
    ...(malformed === 0 ? [] : [pc.yellow(`malformed lines: ${malformed}, named above`)]),
    ...(faults === 0 ? [] : [pc.yellow(`not read, or not to the end: ${faults}, named above`)]),
    '',
    customers.length === 0
      ? 'The events name no customer yet: POST some to /events, or give files with --events.'
      : customerTable(links),
    '',
    ...customers.flatMap(({ name, answer }) => [pc.bold(terminalCell(name)), `  curl '${answer}'`]),
    '',
    `${pc.dim('portal page')}  ${url}/      ${pc.dim('contract')}  ${url}/openapi.json      ${pc.dim('stop')}  Ctrl-C`,
  ];
  output.result(
    { url, seconds, files, faults, malformed, lines: counts, customers },
    text.join('\n'),
  );
}

const customerTable = (links: readonly CustomerLink[]): string =>
  table(
    ['customer', 'currency', 'zone', 'what there is to see'],
    links.map(({ name, currency, timezone, description }) => [
      name,
      currency,
      timezone,
      description,
    ]),
  );
