import { existsSync } from 'node:fs';
import { publish, readRecords } from '@portal/streams';
import { type Command } from 'commander';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { createProgress } from '../progress.ts';
import { createOutput, EXIT } from '../say.ts';

export function addPublish(program: Command): void {
  program
    .command('publish')
    .description('Send NDJSON events to Kafka as Avro, with CloudEvents headers.')
    .argument('<file...>', 'NDJSON files or folders, plain or .gz')
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', KAFKA_HELP)
    .action(publishFiles);
}

async function publishFiles(
  files: readonly string[],
  { json }: { readonly json: boolean },
): Promise<void> {
  const output = createOutput(json);
  const absent = files.find((path) => !existsSync(path));
  if (absent !== undefined) {
    output.fail(`${absent} does not exist`, null, EXIT.usage);
    return;
  }
  const where = kafkaOptions(output);
  if (where === null) return;
  let malformed = 0;
  const progress = createProgress(output, 'publishing');
  const onMalformed = ({ text }: { readonly text: string }): void => {
    malformed += 1;
    output.note(text);
  };
  const topicPrefix = where.prefix;
  const all = async function* () {
    let sent = 0;
    for await (const { record } of readRecords(files, { onMalformed, topicPrefix })) {
      progress.update((sent += 1), sent);
      yield record;
    }
  };
  try {
    const onRefused = (): void => undefined;
    const { published, refused } = await publish(all(), { ...where, onRefused });
    progress.done();
    const text = `published ${published}, left out ${refused}, malformed lines ${malformed}`;
    output.result({ published, refused, malformed }, text);
    if (refused > 0 || malformed > 0) process.exitCode = EXIT.failed;
  } catch (error) {
    progress.done();
    output.fail(error instanceof Error ? error.message : String(error), null, EXIT.failed);
  }
}
