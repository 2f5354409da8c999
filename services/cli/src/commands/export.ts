import { once } from 'node:events';
import { topicOf } from '@portal/contracts';
import { type Family, partitionName } from '@portal/projection';
import {
  exportLines,
  type MissingHistory,
  missingHistoryText,
  offsetText,
  type PartitionRange,
  topicsMissingText,
} from '@portal/streams';
import { type Command } from 'commander';
import { askSource, SOURCE } from '../ask-source.ts';
import { KAFKA_HELP, kafkaOptions } from '../kafka-options.ts';
import { asking, patienceOf, timeoutOption } from '../patience.ts';
import { createOutput, EXIT } from '../say.ts';

export function addExport(program: Command): void {
  program
    .command('export')
    .description('Write everything the topics hold now to standard output, as NDJSON.')
    .addOption(timeoutOption())
    .addHelpText(
      'after',
      `${KAFKA_HELP}\n\nThe dump replays to the same state: publish, or start --events. Of topics that were trimmed it lacks the\nbeginning, which is said.`,
    )
    .action(exportAll);
}

const cutText = (cut: readonly PartitionRange[]): string => {
  const begins = cut.map((range) => `${partitionName(range)} at offset ${offsetText(range.begin)}`);
  return (
    `these begin later than they once did: ${begins.join(', ')}; what came before is not in the dump, and ` +
    'what is replayed from it does not say so: numbers may be too low'
  );
};

async function exportAll({ timeout }: { readonly timeout: string }): Promise<void> {
  const output = createOutput(false);
  const timeoutMs = patienceOf(timeout, output);
  if (timeoutMs === null) return;
  const where = kafkaOptions(output);
  if (where === null) return;
  const onMissingHistory = (missing: MissingHistory): void => {
    output.note(missingHistoryText(missing));
  };
  const asked = { groupId: 'portal-dashboard-export', onMissingHistory };
  await asking(output, null, () =>
    askSource(where, asked, async (source) => {
      let lines = 0;
      let gone: readonly string[] = [];
      const onMissing = (missing: readonly Family[]): void => {
        gone = missing.map((family) => topicOf(family, where.prefix));
        output.note(`not there, and not in the dump: ${gone.join(', ')}`);
      };
      const onCut = (cut: readonly PartitionRange[]): void => {
        output.note(cutText(cut));
      };
      const options = { timeoutMs, who: SOURCE, onMissing, onCut };
      for await (const line of exportLines(source, options)) {
        lines += 1;
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain');
      }
      output.note(`exported ${lines} records`);
      // Whoever keeps the dump must not take it for all there was.
      if (gone.length > 0) output.fail(topicsMissingText(gone), null, EXIT.failed);
    }),
  );
}
