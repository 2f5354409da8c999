import { messageOf, setUp } from '@portal/streams';
import { type Command } from 'commander';
import { KAFKA_HELP, KAFKA_REMEDY, kafkaOptions } from '../kafka-options.ts';
import { createOutput, EXIT } from '../say.ts';
import { table } from '../table.ts';

interface SetupOptions {
  readonly partitions: string;
  readonly replication?: string;
  readonly json: boolean;
}

export function addSetup(program: Command): void {
  program
    .command('setup')
    .description('Create the topics and register the schemas; safe to run again.')
    .option('--partitions <n>', 'partitions of each event topic', '6')
    .option('--replication <n>', 'replicas of each topic; the brokers decide when left out')
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', KAFKA_HELP)
    .action(setup);
}

async function setup(options: SetupOptions): Promise<void> {
  const output = createOutput(options.json);
  const partitions = Number(options.partitions);
  const replication = Number(options.replication ?? '1');
  if (!isCount(partitions) || !isCount(replication)) {
    output.fail('--partitions and --replication take whole numbers from 1', null, EXIT.usage);
    return;
  }
  const where = kafkaOptions(output);
  if (where === null) return;
  try {
    const given = options.replication === undefined ? {} : { replication };
    const steps = await setUp({ ...where, partitions, ...given });
    const rows = steps.map((step) =>
      step.kind === 'topic'
        ? ['topic', step.name, step.outcome]
        : ['schema', step.name, `id ${step.id}`],
    );
    output.result({ steps }, table(['what', 'name', 'outcome'], rows));
  } catch (error) {
    output.fail(messageOf(error), KAFKA_REMEDY, EXIT.failed);
  }
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
