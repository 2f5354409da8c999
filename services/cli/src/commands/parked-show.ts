import { type Command } from 'commander';
import { askSource, BY_COMMAND } from '../ask-source.ts';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { generationFault, inGeneration } from '../parked/generation.ts';
import { readRecord } from '../parked/read-record.ts';
import { shownJson } from '../parked/shown-json.ts';
import { shownText } from '../parked/shown-text.ts';
import { parkedAt, shownRecord } from '../parked/shown.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { readRecordPlace } from '../place.ts';
import { createOutput, EXIT } from '../say.ts';
import { REDIS_HELP, redisOptions } from '../store-options.ts';

interface ShowOptions {
  readonly generation?: string;
  readonly timeout: string;
  readonly json: boolean;
}

export function addParkedShow(parked: Command): void {
  parked
    .command('show')
    .description('Read a record of the log again: what it is, and what decoding says of it today.')
    .argument('<family/partition@offset>', "such as usage/3@17, or 'usage/3@17 (history 1)'")
    .option('--generation <name>', 'as generations list names it; the live one when left out')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${SHOWING}${KAFKA_HELP}\n${REDIS_HELP}`)
    .action(show);
}

const SHOWING = `
Offsets are those of parked list, of the log and of /readyz. Any record may be looked at, parked or not. Nothing is changed.
What is shown holds data of a customer. Values of headers are left out, but for a few that hold no secrets.
`;

async function show(place: string, options: ShowOptions): Promise<void> {
  const output = createOutput(options.json);
  const at = readRecordPlace(place);
  const problem = typeof at === 'string' ? at : generationFault(options.generation);
  if (typeof at === 'string' || problem !== null) {
    output.fail(problem ?? '', null, EXIT.usage);
    return;
  }
  const timeoutMs = patienceOf(options.timeout, output);
  const redis = timeoutMs === null ? null : redisOptions(output);
  const kafka = redis === null ? null : kafkaOptions(output);
  if (timeoutMs === null || redis === null || kafka === null) return;
  await asking(output, null, async () => {
    const asked = { named: options.generation, timeoutMs };
    const answer = await inGeneration(redis, asked, async (store, generation) => ({
      ...{ generation, now: await parkedAt(store, at) },
    }));
    if (answer.kind === 'no_generation') {
      output.fail(answer.problem, answer.remedy, answer.exitCode);
      return;
    }
    const found = await askSource(kafka, BY_COMMAND, (source) =>
      readRecord(source, at, { prefix: kafka.prefix, timeoutMs }),
    );
    if (found.kind === 'no_place') {
      output.fail(found.problem, null, EXIT.usage);
      return;
    }
    const { now, generation } = answer.told;
    const record =
      found.kind === 'gone' ? { gone: found.why } : shownRecord(found.record, found.bytes, now);
    output.result(shownJson(at, record, now, generation), shownText(at, record, now, generation));
    if (found.kind === 'gone') process.exitCode = EXIT.failed;
  });
}
