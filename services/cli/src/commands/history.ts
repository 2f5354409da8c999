import { type PartitionName, partitionName, readPartitionName } from '@portal/projection';
import { type HistoryNote } from '@portal/projector';
import { createRedisPointer } from '@portal/stores';
import { decide, messageOf } from '@portal/streams';
import { type Command } from 'commander';
import { type Acceptance, acceptanceOf } from '../acceptance.ts';
import { askKafka, placeFault, placeOf } from '../ask-kafka.ts';
import { decisionBy, type Decider, deciderOf } from '../decider.ts';
import { KAFKA_HELP, KAFKA_REMEDY, kafkaOptions, type KafkaOptions } from '../kafka-options.ts';
import { endSoon } from '../patience.ts';
import { REDIS_HELP, redisOptions, type StoreOptions } from '../store-options.ts';
import { createOutput, EXIT, type Output } from '../say.ts';
import { table } from '../table.ts';

interface Waiting extends HistoryNote {
  readonly generation: string;
  readonly partition: PartitionName;
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
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${ACCEPTING}\n${KAFKA_HELP}\n${REDIS_HELP}`)
    .action(accept);
}

const ACCEPTING = `
A log that was made again is read from its beginning, beside what was folded of the old one; event ids and versions
see to it that nothing counts twice. A log that was trimmed is read on where it begins. The decision is kept in
<prefix>.decisions; projectors go on within seconds.`;

async function list({ json }: { readonly json: boolean }): Promise<void> {
  const output = createOutput(json);
  const redis = redisOptions(output);
  if (redis === null) return;
  try {
    const waiting = await waitingIn(redis);
    const rows = waiting.map(({ partition, detail, since, seen, generation }) => [
      ...[partition, detail, new Date(since).toISOString(), new Date(seen).toISOString()],
      generation,
    ]);
    const heads = ['partition', 'what was found', 'since', 'last seen', 'generation'];
    output.result({ waiting }, rows.length === 0 ? 'nothing waits' : table(heads, rows));
  } catch (error) {
    output.fail(messageOf(error), null, EXIT.failed);
  }
}

interface AcceptOptions extends Decider {
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

async function accept(place: string | undefined, options: AcceptOptions): Promise<void> {
  const output = createOutput(options.json);
  if ((place === undefined) !== options.all) {
    output.fail('name one family/partition, or --all', null, EXIT.usage);
    return;
  }
  const at = place === undefined ? null : placeOf(place);
  if (typeof at === 'string') {
    output.fail(at, null, EXIT.usage);
    return;
  }
  const decider = deciderOf(output, options);
  const redis = decider === null ? null : redisOptions(output);
  const kafka = redis === null ? null : kafkaOptions(output);
  if (decider === null || redis === null || kafka === null) return;
  try {
    const waiting = await waitingIn(redis);
    const chosen = waiting.filter(({ partition }) => options.all || partition === place);
    const fault =
      at === null
        ? null
        : await askKafka(kafka, (_source, ranges) => placeFault(at, ranges, kafka.prefix));
    if (fault !== null) {
      output.fail(fault, null, EXIT.usage);
      return;
    }
    if (chosen.length === 0) {
      const remedy = 'history list shows what waits';
      output.fail(`nothing waits${place === undefined ? '' : ` at ${place}`}`, remedy, EXIT.failed);
      return;
    }
    await decideOn(output, kafka, await planned(kafka, chosen), { ...options, ...decider });
  } catch (error) {
    output.fail(messageOf(error), KAFKA_REMEDY, EXIT.failed);
    endSoon();
  }
}

async function waitingIn({
  connection,
  prefix,
}: StoreOptions['redis']): Promise<readonly Waiting[]> {
  const pointer = createRedisPointer({ connection, prefix });
  try {
    const notes = await pointer.historyNotes();
    return notes.map(({ generation, partition, note }) => ({
      ...{ generation, partition },
      ...(JSON.parse(note) as HistoryNote),
    }));
  } finally {
    await pointer.close();
  }
}

type Planned = Acceptance & { readonly partition: PartitionName };

/** One for each partition: several generations may wait for the same. */
const planned = (kafka: KafkaOptions, waiting: readonly Waiting[]): Promise<readonly Planned[]> =>
  askKafka(kafka, async (source, log) => {
    const ranges = new Map(log.ranges.map((range) => [partitionName(range), range]));
    const decisions = await source.decisions();
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
  kafka: KafkaOptions,
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
      : [plan.partition, plan.kind === 'refused' ? 'refused' : 'nothing to do', plan.why],
  );
  output.result({ plans, dry_run: options.dryRun }, table(['partition', 'outcome', ''], rows));
  if (plans.some(({ kind }) => kind === 'refused')) process.exitCode = EXIT.failed;
}
