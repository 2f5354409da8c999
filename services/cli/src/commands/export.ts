import { once } from 'node:events';
import { createKafkaSource, exportLines, historyLostText } from '@portal/streams';
import { type Command } from 'commander';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { endSoon, patienceOf, timeoutOption } from '../patience.ts';
import { createOutput, EXIT } from '../say.ts';

export function addExport(program: Command): void {
  program
    .command('export')
    .description('Write everything the topics hold now to standard output, as NDJSON.')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      `${KAFKA_HELP}\n\nThe dump replays to the same state: publish, or start --events.`,
    )
    .action(exportAll);
}

async function exportAll({ timeout }: { readonly timeout: string }): Promise<void> {
  const output = createOutput(false);
  const timeoutMs = patienceOf(timeout, output);
  if (timeoutMs === null) return;
  const where = kafkaOptions(output);
  if (where === null) return;
  const trouble: { last: string | null } = { last: null };
  const source = await createKafkaSource({
    ...where,
    groupId: 'portal-dashboard-export',
    onHistoryLost: (lost) => {
      output.note(historyLostText(lost));
      return 'stop';
    },
    onNotice: (notice) => {
      if ('reason' in notice) trouble.last = notice.reason;
    },
  });
  const who = 'Kafka or the schema registry';
  try {
    let lines = 0;
    for await (const line of exportLines(source, { timeoutMs, who })) {
      lines += 1;
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
    }
    output.note(`exported ${lines} records`);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    output.fail(trouble.last === null ? said : `${said}: ${trouble.last}`, null, EXIT.failed);
    endSoon();
  } finally {
    await source.close();
  }
}
