import { PARKED_CODES, type ParkedAccepted } from '@portal/contracts';
import { decide, offsetOf } from '@portal/streams';
import { type Command } from 'commander';
import { askLog } from '../ask-log.ts';
import { type Decider, deciderOf, decisionBy } from '../decider.ts';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { placeFault, readPlace } from '../place.ts';
import { createOutput, EXIT } from '../say.ts';

interface AcceptOptions extends Decider {
  readonly code: string;
  readonly field?: string;
  readonly schemaId?: string;
  readonly from: string;
  readonly to?: string;
  readonly evenIfGone: boolean;
  readonly timeout: string;
  readonly json: boolean;
}

export function addParkedAccept(parked: Command): void {
  parked
    .command('accept')
    .description('Say that parked records of one cause are known and lived with.')
    .argument('<family/partition>', 'such as usage/3')
    .requiredOption('--code <code>', 'code of the cause, such as contract_invalid')
    .option('--field <field>', 'the field it names; any when left out')
    .option('--schema-id <n>', "the registry's id of the schema that wrote them; any when left out")
    .option('--from <offset>', 'first offset it holds for', '0')
    .option('--to <offset>', 'last offset it holds for; also what is to come when left out')
    .option('--even-if-gone', 'also of a partition that Kafka does not have any more', false)
    .requiredOption('--by <name>', 'who answers for it')
    .requiredOption('--reason <text>', 'why, for those who read it later')
    .addOption(timeoutOption())
    .option('--json', 'one line of JSON instead of text', false)
    .addHelpText('after', `${ACCEPTING}\n${KAFKA_HELP}`)
    .action(accept);
}

const GONE_REMEDY =
  'if it was there, and records of it are parked still: --even-if-gone accepts them';

const ACCEPTING = `
A storm of that cause no longer makes the projector unready. Holes and degraded answers stay. Offsets are those that
the log and /readyz of the projector show: 17, or '17 (history 1)'.`;

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
  await asking(output, null, async () => {
    const asked = { ...where, timeoutMs };
    // A decision on a partition that there never was would be kept, and change nothing.
    const fault = options.evenIfGone
      ? null
      : await askLog(asked, (log) => placeFault(parked_accepted, log, where.prefix));
    if (fault !== null) {
      output.fail(fault, GONE_REMEDY, EXIT.usage);
      return;
    }
    await decide([decision], asked);
    output.result({ decision }, `accepted: ${options.code} in ${place}`);
  });
}

/** The cause as a decision names it, or what is wrong with it. */
export function causeOf(
  place: string,
  options: Pick<AcceptOptions, 'code' | 'field' | 'schemaId' | 'from' | 'to'>,
): ParkedAccepted | string {
  const at = readPlace(place);
  if (typeof at === 'string') return at;
  const schema_id = options.schemaId === undefined ? null : whole(options.schemaId);
  const first_offset = offsetOf(options.from);
  const last_offset = options.to === undefined ? null : offsetOf(options.to);
  if (first_offset === null || (options.to !== undefined && last_offset === null)) {
    return `--from and --to take offsets: 17, or '17 (history 1)'`;
  }
  if (last_offset !== null && last_offset < first_offset) return '--to lies before --from';
  if (options.schemaId !== undefined && (schema_id === null || schema_id > SCHEMA_ID_MAX)) {
    return '--schema-id takes a number that a registry gives';
  }
  const { code, field = null } = options;
  // A decision on a cause that there is not would be kept, and change nothing.
  if (!PARKED_CODES.some((one) => one === code)) {
    return `--code takes one of ${PARKED_CODES.join(', ')}`;
  }
  return { ...at, code, field, schema_id, first_offset, last_offset };
}

const SCHEMA_ID_MAX = 2 ** 31 - 1;

const whole = (text: string): number | null =>
  /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : null;
