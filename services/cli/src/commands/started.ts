import { type Micros, toIso } from '@portal/billing';
import { DASHBOARD_PATH } from '@portal/contracts';
import { type Tally } from '@portal/streams';
import pc from 'picocolors';
import { type CustomerLink } from '../embedded/links.ts';
import { lateText, type LineCounts, lineCountsText } from '../line-counts.ts';
import { type Output } from '../say.ts';
import { table } from '../table.ts';
import { terminalCell } from '../terminal-text.ts';

interface Started {
  readonly url: string;
  readonly seconds: number;
  readonly clock: Micros | null;
  readonly posted: string | null;
  readonly counts: LineCounts;
  readonly tally: Readonly<Tally>;
}

/** Says where everything is, and what became of the lines. */
export function present(output: Output, started: Started, links: readonly CustomerLink[]): void {
  const { url, seconds, clock, posted, counts, tally } = started;
  const { malformed, files, faults } = tally;
  const late = lateText(counts);
  const customers = links.map((link) => ({
    name: link.name,
    description: link.description,
    currency: link.currency,
    timezone: link.timezone,
    page: `${url}/?token=${link.token}`,
    answer: `${url}${DASHBOARD_PATH}?token=${link.token}`,
  }));
  const text = [
    '',
    `${pc.green('ready')} in ${seconds.toFixed(1)} s   ${pc.bold(url)}`,
    ...(clock === null ? [] : [`the clock stands still at ${toIso(clock)}`]),
    lineCountsText(counts, process.stdout.isTTY),
    ...(posted === null ? [] : [`with what was posted to earlier starts: ${posted}`]),
    ...(late === null ? [] : [pc.yellow(late)]),
    ...(malformed === 0 ? [] : [pc.yellow(`malformed lines: ${malformed}, named above`)]),
    ...(faults === 0 ? [] : [pc.yellow(`not read, or not to the end: ${faults}, named above`)]),
    '',
    customers.length === 0
      ? 'The events name no customer yet: POST some to /events, or give files with --events.'
      : customerTable(links),
    '',
    ...customers.flatMap(({ name, answer }) => [pc.bold(terminalCell(name)), `  curl '${answer}'`]),
    '',
    `${pc.dim('portal page')}  ${url}/      ${pc.dim('contract')}  ${url}/openapi.json      ${pc.dim('stop')}  Ctrl-C`,
  ];
  output.result(
    { url, seconds, files, faults, malformed, lines: counts, customers },
    text.join('\n'),
  );
}

const customerTable = (links: readonly CustomerLink[]): string =>
  table(
    ['customer', 'currency', 'zone', 'what there is to see'],
    links.map(({ name, currency, timezone, description }) => [
      name,
      currency,
      timezone,
      description,
    ]),
  );
