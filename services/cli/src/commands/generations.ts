import { createRedisDirectory, type StoreDirectory } from '@portal/stores';
import { type Command } from 'commander';
import { overview } from '../generations/overview.ts';
import { overviewText } from '../generations/overview-text.ts';
import { pruneGenerations } from '../generations/prune.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { createOutput, EXIT, type Output } from '../say.ts';
import { type AskedStore, STORE_HELP, storeOptions } from '../store-options.ts';

interface CommonOptions {
  readonly timeout: string;
  readonly json: boolean;
}

interface PruneCommandOptions extends CommonOptions {
  readonly allUnfed: boolean;
  readonly dryRun: boolean;
}

export function addGenerations(program: Command): void {
  const generations = program
    .command('generations')
    .description(
      'What a store holds: list its generations, remove old ones, give a copied store a name of its own.',
    );
  generations
    .command('list')
    .description('Generations, who feeds them, their size (about), and their consumer groups.')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', STORE_HELP)
    .action((options: CommonOptions) => withStore(createOutput(options.json), options, list));
  generations
    .command('prune')
    .description(
      'Remove the keys and the consumer group of generations that nobody reads or feeds.',
    )
    .argument('[name...]', 'generations, as list names them')
    .option('--all-unfed', 'all that are neither live nor fed', false)
    .option('--dry-run', 'count what would be removed, and remove nothing', false)
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', PRUNE_HELP + STORE_HELP)
    .action((names: readonly string[], options: PruneCommandOptions) => {
      const output = createOutput(options.json);
      if ((names.length === 0) === options.allUnfed) {
        return withStore(output, options, (where, directory) =>
          pruneGenerations(
            { names: options.allUnfed ? null : names, ...options },
            where,
            directory,
            output,
          ),
        );
      }
      output.fail('name generations, or give --all-unfed', null, EXIT.usage);
      return Promise.resolve();
    });
  generations
    .command('adopt')
    .description(
      'Give a store that is a copy of another one an identity, and so consumer groups, of its own.',
    )
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', ADOPT_HELP + STORE_HELP)
    .action((options: CommonOptions) => withStore(createOutput(options.json), options, adopt));
}

const PRUNE_HELP = `
The live generation and one that a running projector feeds are left alone. What was begun goes on when the
command is given again. Tombstones of erased customers stay.
`;

const ADOPT_HELP = `
Run it on the copy, before its first projector: until then both stores follow in one consumer group, and each
gets half of the partitions. Projectors that run on it end, and start again in the new group.
`;

async function list(where: AskedStore, directory: StoreDirectory, output: Output): Promise<void> {
  const seen = await overview(where, directory);
  output.result(seen, overviewText(seen, Date.now()));
}

async function adopt(_: AskedStore, directory: StoreDirectory, output: Output): Promise<void> {
  const { identity: before, writers } = await directory.snapshot();
  const identity = await directory.adopt();
  const running =
    writers.length === 0
      ? ''
      : `\n${writers.length} running projectors end now and must be started again`;
  output.result(
    { before, identity, writers: writers.length },
    `the store was ${before ?? 'without an identity'}, now it is ${identity}${running}`,
  );
}

async function withStore(
  output: Output,
  { timeout }: CommonOptions,
  work: (where: AskedStore, directory: StoreDirectory, output: Output) => Promise<void>,
): Promise<void> {
  const timeoutMs = patienceOf(timeout, output);
  const where = timeoutMs === null ? null : storeOptions(output);
  if (timeoutMs === null || where === null) return;
  await asking(output, null, async () => {
    const directory = createRedisDirectory({ ...where.redis, timeoutMs, whenAway: 'ask' });
    try {
      await work({ ...where, timeoutMs }, directory, output);
    } finally {
      await directory.close();
    }
  });
}
