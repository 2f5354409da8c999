import { type LogRecord } from '@portal/contracts';
import {
  checkPaths,
  emptyTally,
  type FileRecord,
  problemAt,
  publish,
  readRecords,
} from '@portal/streams';
import { type Command } from 'commander';
import { INPUT_HELP } from '../input-help.ts';
import { createInputNotes } from '../input-notes.ts';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { ALWAYS_SAID, lineCounts, lineCountsText } from '../line-counts.ts';
import { createProgress } from '../progress.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { createOutput, EXIT } from '../say.ts';

export function addPublish(program: Command): void {
  program
    .command('publish')
    .description('Send NDJSON events to Kafka as Avro, with CloudEvents headers.')
    .argument('<file...>', 'files, folders, or - for standard input')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${PUBLISH_HELP}\n${KAFKA_HELP}`)
    .action(publishFiles);
}

const PUBLISH_HELP = `
${INPUT_HELP}`;

async function publishFiles(
  files: readonly string[],
  { json, timeout }: { readonly json: boolean; readonly timeout: string },
): Promise<void> {
  const output = createOutput(json);
  const timeoutMs = patienceOf(timeout, output);
  if (timeoutMs === null) return;
  const problem = await checkPaths(files, false);
  if (problem !== null) {
    output.fail(problem, null, EXIT.usage);
    return;
  }
  const where = kafkaOptions(output);
  if (where === null) return;
  const notes = createInputNotes(output);
  const progress = createProgress(output, 'publishing');
  const tally = emptyTally();
  const options = {
    onMalformed: ({ text }: { readonly text: string }) => {
      notes.malformed(text);
    },
    onSkipped: ({ text }: { readonly text: string }) => {
      notes.skipped(text);
    },
    topicPrefix: where.prefix,
  };
  const places = new WeakMap<LogRecord, FileRecord>();
  const all = async function* () {
    let sent = 0;
    for await (const read of readRecords(files, options, tally)) {
      progress.update((sent += 1), sent);
      places.set(read.record, read);
      yield read.record;
    }
  };
  const outcomes = new Map<string, number>();
  const count = (name: string, more: number): void => {
    outcomes.set(name, (outcomes.get(name) ?? 0) + more);
  };
  // Other reasons than Kafka's own were said where the line was read.
  const onRefused = (record: LogRecord, reason: string): void => {
    const { kind } = record.decoded;
    const read = places.get(record);
    if ((kind === 'event' || kind === 'null') && read !== undefined) {
      notes.malformed(problemAt(read.file, read.place, { field: null, reason }).text);
    }
    count(kind === 'unknown_type' ? kind : 'refused', 1);
  };
  const remedy = 'what was sent stays sent; publishing the same files again changes no dashboard';
  await asking(output, remedy, async () => {
    const sending = publish(all(), { ...where, onRefused, timeoutMs });
    const { published, refused } = await sending.finally(() => {
      progress.done();
    });
    count('published', published);
    const { malformed, faults } = tally;
    const lines = lineCounts(tally, outcomes, ALWAYS_SAID.publish);
    const text = lineCountsText(lines, process.stdout.isTTY);
    output.result({ published, refused, malformed, files: tally.files, faults, lines }, text);
    if (refused > 0 || malformed > 0 || faults > 0) process.exitCode = EXIT.failed;
  });
}
