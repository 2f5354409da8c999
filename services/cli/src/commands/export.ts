import { once } from 'node:events';
import { topicOf } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { createKafkaSource, exportLines, historyLostText, messageOf } from '@portal/streams';
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
  const trouble: { last: string | null; refused: string | null } = { last: null, refused: null };
  const source = await createKafkaSource({
    ...where,
    groupId: 'portal-dashboard-export',
    onHistoryLost: (lost) => {
      output.note(historyLostText(lost));
      return 'stop';
    },
    onNotice: (notice) => {
      if ('reason' in notice) trouble.last = notice.reason;
      if (notice.kind !== 'broker_away' || notice.refused !== true) return;
      // It would say the same for ever: what waits for an answer ends.
      trouble.refused ??= notice.reason;
      void source.close();
    },
  });
  const who = 'Kafka or the schema registry';
  try {
    let lines = 0;
    let gone = '';
    const onMissing = (missing: readonly Family[]): void => {
      gone = missing.map((family) => topicOf(family, where.prefix)).join(', ');
      output.note(`not there, and not in the dump: ${gone}`);
    };
    for await (const line of exportLines(source, { timeoutMs, who, onMissing })) {
      lines += 1;
      if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
    }
    output.note(`exported ${lines} records`);
    // Whoever keeps the dump must not take it for all there was.
    if (gone !== '') output.fail(`topics are not there: ${gone}`, 'setup makes them', EXIT.failed);
  } catch (error) {
    const said = trouble.refused ?? messageOf(error);
    const why = trouble.refused === null && trouble.last !== null ? `: ${trouble.last}` : '';
    output.fail(`${said}${why}`, null, EXIT.failed);
    endSoon();
  } finally {
    await source.close();
  }
}
