import { setUp, type SetUpStep } from '@portal/streams';
import { type Command } from 'commander';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { createOutput, EXIT } from '../say.ts';
import { table } from '../table.ts';

interface SetupOptions {
  readonly partitions?: string;
  readonly replication?: string;
  readonly stampArrival: boolean;
  readonly timeout: string;
  readonly json: boolean;
}

export function addSetup(program: Command): void {
  program
    .command('setup')
    .description('Create the topics and register the schemas; safe to run again.')
    .option(
      '--partitions <n>',
      'partitions of each event topic, as many as they have when left out (6 for new ones); topics with fewer grow',
    )
    .option('--replication <n>', 'replicas of each topic; the brokers decide when left out')
    .option(
      '--stamp-arrival',
      "existing topics that keep producers' times: keep the time of arrival from now on",
      false,
    )
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${GROWING}\n${KAFKA_HELP}`)
    .action(setup);
}

const GROWING = `
Adding partitions moves customers to other ones. No dashboard changes by it: running projectors read the new
partitions within seconds, and what is folded does not depend on where it lies. Kafka takes none away again.`;

async function setup(options: SetupOptions): Promise<void> {
  const output = createOutput(options.json);
  const partitions = Number(options.partitions ?? '1');
  const replication = Number(options.replication ?? '1');
  if (!isCount(partitions) || !isCount(replication)) {
    output.fail('--partitions and --replication take whole numbers from 1', null, EXIT.usage);
    return;
  }
  const timeoutMs = patienceOf(options.timeout, output);
  if (timeoutMs === null) return;
  const where = kafkaOptions(output);
  if (where === null) return;
  await asking(output, null, async () => {
    const given = {
      ...(options.partitions === undefined ? {} : { partitions }),
      ...(options.replication === undefined ? {} : { replication }),
    };
    const { stampArrival } = options;
    const steps = await setUp({ ...where, timeoutMs, stampArrival, ...given });
    const rows = steps.map(rowOf);
    output.result({ steps }, table(['what', 'name', 'outcome'], rows));
  });
}

function rowOf(step: SetUpStep): readonly string[] {
  switch (step.kind) {
    case 'topic':
      return ['topic', step.name, `${step.outcome}, ${partitionsText(step.partitions)}`];
    case 'schema':
      return ['schema', step.name, `id ${step.id}`];
    case 'producers_time': {
      const { topics, outcome } = step;
      const count = topics.length === 1 ? '1 topic' : `${topics.length} topics`;
      return ['setting', count, `${topics.join(', ')}: ${TIMES[outcome]}`];
    }
    default:
      return step satisfies never;
  }
}

const TIMES = {
  kept: "keep producers' times; --stamp-arrival changes that",
  changed: 'keep the time of arrival from now on',
  unknown: "may keep producers' times: our user lacks DescribeConfigs to tell",
} as const;

const partitionsText = (count: number): string =>
  count === 1 ? '1 partition' : `${count} partitions`;

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
