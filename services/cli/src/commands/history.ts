import { type PartitionName, partitionName, readPartitionName } from '@portal/projection';
import { type WaitingPartition, waitingPartitions } from '@portal/projector';
import { createRedisDirectory } from '@portal/stores';
import { decide } from '@portal/streams';
import { type Command } from 'commander';
import { type Acceptance, acceptanceOf } from '../acceptance.ts';
import { type AskedKafka, askLog } from '../ask-log.ts';
import { decisionBy, type Decider, deciderOf } from '../decider.ts';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { placeFault, readPlace } from '../place.ts';
import { REDIS_HELP, redisOptions, type StoreOptions } from '../store-options.ts';
import { createOutput, EXIT, type Output } from '../say.ts';
import { table } from '../table.ts';
import { untilChecked } from '../until-checked.ts';
import { waitingText } from '../waiting-text.ts';

interface CommonOptions {
  readonly timeout: string;
  readonly json: boolean;
}

export function addHistory(program: Command): void {
  const history = program
    .command('history')
    .description(
      'Topics that were made again or trimmed: list what waits for a decision, accept it.',
    );
  history
    .command('list')
    .description('What waits for a person, in all generations.')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `\nEnvironment:\n${REDIS_HELP}`)
    .action(list);
  history
    .command('accept')
    .description('Go on with the log as it is now. What is missing in it is given up, for ever.')
    .argument('[family/partition]', 'as `history list` shows it, such as usage/3')
    .option('--all', 'everything that waits', false)
    .requiredOption('--by <name>', 'who answers for it')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .option('--dry-run', 'say what would be decided, and decide nothing', false)
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${ACCEPTING}\n${KAFKA_HELP}\n${REDIS_HELP}`)
    .action(accept);
}

const ACCEPTING = `
A log that was made again is read from its beginning, beside what was folded of the old one; event ids and versions
see to it that nothing counts twice. A log that was trimmed is read on where it begins. The decision is kept in
<prefix>.decisions; projectors go on within seconds. Of a topic that is only just there again, the look of a projector
is waited for.`;

async function list({ json, timeout }: CommonOptions): Promise<void> {
  const output = createOutput(json);
  const timeoutMs = patienceOf(timeout, output);
  const redis = timeoutMs === null ? null : redisOptions(output);
  if (timeoutMs === null || redis === null) return;
  await asking(output, null, async () => {
    const waiting = await waitingIn(redis, timeoutMs);
    output.result({ waiting }, waitingText(waiting));
  });
}

interface AcceptOptions extends Decider, CommonOptions {
  readonly all: boolean;
  readonly dryRun: boolean;
}

async function accept(place: string | undefined, options: AcceptOptions): Promise<void> {
  const output = createOutput(options.json);
  if ((place === undefined) !== options.all) {
    output.fail('name one family/partition, or --all', null, EXIT.usage);
    return;
  }
  const at = place === undefined ? null : readPlace(place);
  if (typeof at === 'string') {
    output.fail(at, null, EXIT.usage);
    return;
  }
  const decider = deciderOf(output, options);
  const timeoutMs = decider === null ? null : patienceOf(options.timeout, output);
  const redis = timeoutMs === null ? null : redisOptions(output);
  const kafka = redis === null ? null : kafkaOptions(output);
  if (decider === null || timeoutMs === null || redis === null || kafka === null) return;
  await asking(output, null, async () => {
    const waiting = await waitingIn(redis, timeoutMs);
    const chosen = waiting.filter(({ partition }) => options.all || partition === place);
    const asked = { ...kafka, timeoutMs };
    const fault =
      at === null ? null : await askLog(asked, (log) => placeFault(at, log, kafka.prefix));
    if (fault !== null) {
      output.fail(fault, null, EXIT.usage);
      return;
    }
    if (chosen.length === 0) {
      const remedy =
        'history list shows what waits; a topic that is only just there again is named within some ten seconds';
      output.fail(`nothing waits${place === undefined ? '' : ` at ${place}`}`, remedy, EXIT.failed);
      return;
    }
    const plan = async (): Promise<readonly Planned[]> => {
      const now = await waitingIn(redis, timeoutMs);
      return planned(
        asked,
        now.filter(({ partition }) => options.all || partition === place),
      );
    };
    const onWait = (partitions: readonly string[]): void => {
      output.note(
        `waiting for the projector to look at what is there again: ${partitions.join(', ')}`,
      );
    };
    const plans = await untilChecked(plan, { timeoutMs, onWait });
    await decideOn(output, asked, plans, { ...options, ...decider });
  });
}

async function waitingIn(
  redis: StoreOptions['redis'],
  timeoutMs: number,
): Promise<readonly WaitingPartition[]> {
  const directory = createRedisDirectory({ ...redis, timeoutMs, whenAway: 'ask' });
  try {
    return await waitingPartitions(directory);
  } finally {
    await directory.close();
  }
}

type Planned = Acceptance & { readonly partition: PartitionName };

/** One for each partition: several generations may wait for the same. */
const planned = (
  kafka: AskedKafka,
  waiting: readonly WaitingPartition[],
): Promise<readonly Planned[]> =>
  askLog(kafka, async (log, decisionsNow) => {
    const ranges = new Map(log.ranges.map((range) => [partitionName(range), range]));
    const decisions = await decisionsNow();
    const plans = waiting.map(({ partition, found, detail }): Planned => {
      const range = ranges.get(partition);
      if (range !== undefined)
        return { partition, ...acceptanceOf(found, detail, range, decisions) };
      const why = placeFault(readPartitionName(partition), log, kafka.prefix) ?? '';
      return { partition, kind: 'refused', why };
    });
    return [...new Map(plans.map((plan) => [planKey(plan), plan])).values()];
  });

const planKey = (plan: Planned): string =>
  `${plan.partition} ${plan.kind === 'accept' ? plan.accepted.history : plan.kind}`;

async function decideOn(
  output: Output,
  kafka: AskedKafka,
  plans: readonly Planned[],
  options: AcceptOptions,
): Promise<void> {
  const decisions = plans.flatMap((plan) =>
    plan.kind === 'accept'
      ? [
          {
            ...decisionBy(options),
            decision_type: 'history.accepted' as const,
            history_accepted: plan.accepted,
          },
        ]
      : [],
  );
  if (decisions.length > 0 && !options.dryRun) await decide(decisions, kafka);
  const done = options.dryRun ? 'would be accepted' : 'accepted';
  const rows = plans.map((plan) =>
    plan.kind === 'accept'
      ? [plan.partition, done, `from ${plan.accepted.begin} on, history ${plan.accepted.history}`]
      : [plan.partition, plan.kind === 'nothing_to_do' ? 'nothing to do' : 'refused', plan.why],
  );
  output.result({ plans, dry_run: options.dryRun }, table(['partition', 'outcome', ''], rows));
  if (plans.some(({ kind }) => kind === 'refused' || kind === 'not_looked_at')) {
    process.exitCode = EXIT.failed;
  }
}
