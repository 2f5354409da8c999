import { once } from 'node:events';
import { createKafkaSource, exportLines, historyLostText, messageOf } from '@portal/streams';
import { type Command } from 'commander';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { createOutput, EXIT } from '../say.ts';

export function addExport(program: Command): void {
  program
    .command('export')
    .description('Write everything the topics hold now to standard output, as NDJSON.')
    .addHelpText(
      'after',
      `${KAFKA_HELP}\n\nThe dump replays to the same state: publish, or start --events.`,
    )
    .action(exportAll);
}

async function exportAll(): Promise<void> {
  const output = createOutput(false);
  const where = kafkaOptions(output);
  if (where === null) return;
  const refused: { reason: string | null } = { reason: null };
  const source = await createKafkaSource({
    ...where,
    onNotice: (notice) => {
      if (notice.kind !== 'broker_away' || notice.refused !== true) return;
      // It would say the same for ever: what waits for an answer ends.
      refused.reason ??= notice.reason;
      void source.close();
    },
    groupId: 'portal-dashboard-export',
    onHistoryLost: (lost) => {
      output.note(historyLostText(lost));
      return 'stop';
    },
  });
  try {
    let lines = 0;
    for await (const line of exportLines(source)) {
      lines += 1;
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
    }
    output.note(`exported ${lines} records`);
  } catch (error) {
    output.fail(refused.reason ?? messageOf(error), null, EXIT.failed);
  } finally {
    await source.close();
  }
}
