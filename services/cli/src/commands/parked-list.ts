import { kafkaMessageOf } from '@portal/streams';
import { type Command } from 'commander';
import { askLog } from '../ask-log.ts';
import { KAFKA_HELP, kafkaIfTold, type KafkaOptions } from '../kafka-options.ts';
import { asksForAll, type FilterOptions, filterOf } from '../parked/filter.ts';
import { generationFault, inGeneration } from '../parked/generation.ts';
import { type DecisionsNow, listParked } from '../parked/listing.ts';
import { listingJson } from '../parked/listing-json.ts';
import { listingText } from '../parked/listing-text.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { createOutput, EXIT } from '../say.ts';
import { REDIS_HELP, redisOptions } from '../store-options.ts';

interface ListOptions extends FilterOptions {
  readonly generation?: string;
  readonly limit: string;
  readonly timeout: string;
  readonly json: boolean;
}

export function addParkedList(parked: Command): void {
  parked
    .command('list')
    .description('What is parked in a generation: records, storms, and how many of each kind.')
    .option('--generation <name>', 'as generations list names it; the live one when left out')
    .option('--code <code>', 'only of that code, such as contract_invalid')
    .option('--family <family>', 'only of that family, such as usage')
    .option('--customer <org:id>', 'only records of that customer; storms name none')
    .option('--since <instant>', 'only what was seen then or later: 2026-11-23T10:00:00Z')
    .option('--until <instant>', 'only what was seen then or earlier')
    .option('--limit <n>', `how many of each are listed; at most ${LIMIT_MAX}`, '100')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${LISTING}${KAFKA_HELP}\n${REDIS_HELP}`)
    .action(list);
}

const LIMIT_MAX = 10_000;

const LISTING = `
What the store holds is told, and nothing is changed. Kafka and the registry are asked only whether a storm was
accepted, where KAFKA_BROKERS and SCHEMA_REGISTRY_URL are set. parked show tells more of a record.
`;

async function list(options: ListOptions): Promise<void> {
  const output = createOutput(options.json);
  const filter = filterOf(options);
  const limit = /^\d{1,5}$/.test(options.limit) ? Number(options.limit) : 0;
  const problem =
    limit < 1 || limit > LIMIT_MAX ? LIMIT_FAULT : generationFault(options.generation);
  if (typeof filter === 'string' || problem !== null) {
    output.fail(typeof filter === 'string' ? filter : (problem ?? ''), null, EXIT.usage);
    return;
  }
  const timeoutMs = patienceOf(options.timeout, output);
  const redis = timeoutMs === null ? null : redisOptions(output);
  const kafka = redis === null ? null : kafkaIfTold(output);
  if (timeoutMs === null || redis === null || kafka === null) return;
  const decisions = (): Promise<DecisionsNow> => decisionsNow(kafka, timeoutMs);
  await asking(output, null, async () => {
    const asked = { named: options.generation, timeoutMs };
    const answer = await inGeneration(redis, asked, async (store, generation) => ({
      ...{ generation, listing: await listParked(store, filter, limit, decisions) },
    }));
    if (answer.kind === 'no_generation') {
      output.fail(answer.problem, answer.remedy, answer.exitCode);
      return;
    }
    const { generation, listing } = answer.told;
    const text = listingText(listing, generation, !asksForAll(filter));
    output.result(listingJson(listing, generation), text);
  });
}

const LIMIT_FAULT = `--limit takes a whole number from 1 to ${LIMIT_MAX}`;

/** What is parked can be told without them. */
async function decisionsNow(
  kafka: KafkaOptions | 'untold',
  timeoutMs: number,
): Promise<DecisionsNow> {
  if (kafka === 'untold') {
    return { kind: 'unknown', problem: 'KAFKA_BROKERS and SCHEMA_REGISTRY_URL are not both set' };
  }
  try {
    const decisions = await askLog({ ...kafka, timeoutMs }, (_, decided) => decided());
    return { kind: 'known', decisions };
  } catch (error) {
    return { kind: 'unknown', problem: kafkaMessageOf(error) };
  }
}
