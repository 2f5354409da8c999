import { DECODE_CODES, type ParkedAccepted } from '@portal/contracts';
import { decide } from '@portal/streams';
import { type Command } from 'commander';
import { askLog } from '../ask-log.ts';
import { type Decider, deciderOf, decisionBy } from '../decider.ts';
import { KAFKA_HELP, KAFKA_REMEDY, kafkaOptions } from '../kafka-options.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { placeFault, placeOf } from '../place.ts';
import { createOutput, EXIT } from '../say.ts';

interface AcceptOptions extends Decider {
  readonly code: string;
  readonly field?: string;
  readonly schemaId?: string;
  readonly from: string;
  readonly to?: string;
  readonly gone: boolean;
  readonly timeout: string;
  readonly json: boolean;
}

export function addParked(program: Command): void {
  program
    .command('parked')
    .description('Records that could not be applied: say which you know of and live with.')
    .command('accept')
    .description('Say that parked records of one cause are known and lived with.')
    .argument('<family/partition>', 'such as usage/3')
    .requiredOption('--code <code>', 'code of the cause, such as contract_invalid')
    .option('--field <field>', 'the field it names; any when left out')
    .option('--schema-id <n>', "the registry's id of the schema that wrote them; any when left out")
    .option('--from <offset>', 'first offset it holds for', '0')
    .option('--to <offset>', 'last offset it holds for; also what is to come when left out')
    .option('--gone', 'its topic was made again and has no such partition any more', false)
    .requiredOption('--by <name>', 'who answers for it')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${ACCEPTING}\n${KAFKA_HELP}`)
    .action(accept);
}

const ACCEPTING = `
A storm of that cause no longer makes the projector unready. Holes and degraded answers stay. Offsets are those that
the log and /readyz of the projector show.`;

async function accept(place: string, options: AcceptOptions): Promise<void> {
  const output = createOutput(options.json);
  const parked_accepted = causeOf(place, options);
  if (typeof parked_accepted === 'string') {
    output.fail(parked_accepted, null, EXIT.usage);
    return;
  }
  const decider = deciderOf(output, options);
  const timeoutMs = decider === null ? null : patienceOf(options.timeout, output);
  const where = timeoutMs === null ? null : kafkaOptions(output);
  if (decider === null || timeoutMs === null || where === null) return;
  const decision_type = 'parked.accepted' as const;
  const decision = { ...decisionBy(decider), decision_type, parked_accepted };
  await asking(output, KAFKA_REMEDY, async () => {
    const asked = { ...where, timeoutMs };
    // A decision on a partition that there never was would be kept, and change nothing.
    const fault = await askLog(asked, (log) => placeFault(parked_accepted, log, where.prefix));
    if (fault !== null && !options.gone) {
      output.fail(fault, GONE, EXIT.usage);
      return;
    }
    await decide([decision], asked);
    output.result({ decision }, `accepted: ${options.code} in ${place}`);
  });
}

const GONE = 'say --gone when it was there once and its storm is still told of';

/** The cause as a decision names it, or what is wrong with it. */
export function causeOf(
  place: string,
  options: Pick<AcceptOptions, 'code' | 'field' | 'schemaId' | 'from' | 'to'>,
): ParkedAccepted | string {
  const at = placeOf(place);
  if (typeof at === 'string') return at;
  const schema_id = options.schemaId === undefined ? null : whole(options.schemaId);
  const first_offset = whole(options.from);
  const last_offset = options.to === undefined ? null : whole(options.to);
  if (first_offset === null || (options.to !== undefined && last_offset === null)) {
    return '--from and --to take whole numbers from 0';
  }
  if (last_offset !== null && last_offset < first_offset) return '--to lies before --from';
  if (options.schemaId !== undefined && (schema_id === null || schema_id > SCHEMA_ID_MAX)) {
    return '--schema-id takes a number that a registry gives';
  }
  const { code, field = null } = options;
  // A decision on a cause that there is not would be kept, and change nothing.
  if (!DECODE_CODES.some((one) => one === code)) {
    return `--code takes one of ${DECODE_CODES.join(', ')}`;
  }
  return { ...at, code, field, schema_id, first_offset, last_offset };
}

const SCHEMA_ID_MAX = 2 ** 31 - 1;

const whole = (text: string): number | null =>
  /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
