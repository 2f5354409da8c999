import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import avsc, { type Schema } from 'avsc';
import { describe, expect, it } from '@jest/globals';
import { parseIso } from '@portal/billing';
import { createAvroResolver, decodeAvroValue, parseLine } from '@portal/contracts';
import { type BillingEvent, customerRef } from '@portal/projection';
import { answerAt, foldBatches, logOf } from '@portal/testkit';

/** What the README says of seats is so: each line, table and block of it is read from there and tried. */
const README = readFileSync(join(__dirname, 'README.md'), 'utf8');
const LINES = readFileSync(join(__dirname, 'events.ndjson'), 'utf8').trimEnd().split('\n');

const blocksOf = (language: string): readonly string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );

/** The rows of the table under a heading, cell by cell. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const [, section = ''] = README.split(`## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  const rows = own.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

function eventOf(line: string): BillingEvent {
  const read = parseLine(line);
  if (read.kind !== 'record' || read.record.decoded.kind !== 'event') {
    throw new Error(`${JSON.stringify(read)}: ${line}`);
  }
  return read.record.decoded.event;
}

const EVENTS = LINES.map(eventOf);
const [{ organization_id, customer_id }] = EVENTS as [BillingEvent];
const answerOn = (events: readonly BillingEvent[], iso: string) =>
  answerAt(foldBatches(customerRef(organization_id, customer_id), logOf(events)), parseIso(iso)!);

/** A usage event of this customer with another payload. */
const withUsage = (usage: string): string => {
  const { value } = JSON.parse(LINES.at(-1)!) as { readonly value: object };
  const event = { ...value, event_id: 'one more', occurred_at: '2026-11-20T00:00:00Z' };
  return JSON.stringify({
    topic: 'usage',
    value: { ...event, usage: JSON.parse(usage) as object },
  });
};

describe('the example of a customer with seats', () => {
  it.each(rowsUnder('The numbers, by hand'))('comes to %s: %s, %s, %s, %s', (...row) => {
    const [iso = '', ...cells] = row;
    const { summary, details, reasons } = answerOn(EVENTS, iso);
    const units = details.subscriptions[0]!.charges.map((charge) => charge.units);
    const [seats, rooms, people, usage] = cells.map((cell) => /^[\d,]+\d|^\d/.exec(cell)?.[0]);
    expect(units).toEqual([seats, rooms, people]);
    expect(summary.upcoming_charges[0]?.usage_amount_cents).toBe(Number(usage?.replace(',', '')));
    expect(summary.usage_progress).toMatchObject([{ feature_code: 'seats', current_usage: seats }]);
    expect(reasons).toEqual([]);
  });

  it('shows lines of its file', () => {
    const [shown = ''] = blocksOf('json');
    expect(shown.split('\n').filter((line) => !LINES.includes(line))).toEqual([]);
  });

  it('shows the same events as Avro', () => {
    const schema = readFileSync(join(__dirname, '../../schemas/billing.usage.avsc'), 'utf8');
    const type = avsc.Type.forSchema(JSON.parse(schema) as Schema);
    const built = createAvroResolver('usage', schema);
    if (built.kind !== 'resolver') throw new Error(JSON.stringify(built));
    const decoded = blocksOf('avro').map((block) => {
      const framed = Buffer.concat([Buffer.alloc(5), type.toBuffer(type.fromString(block))]);
      return decodeAvroValue(built.resolver, framed, null);
    });
    const shown = blocksOf('json').flatMap((block) => block.split('\n'));
    expect(decoded).toHaveLength(2);
    expect(decoded).toEqual(shown.map((line) => ({ kind: 'event', event: eventOf(line) })));
  });

  it.each(rowsUnder('What is refused, and what is only said'))(
    'refuses %s',
    (usage = '', told = '') => {
      const read = parseLine(withUsage(usage.slice(1, -1)));
      const decoded = read.kind === 'record' ? read.record.decoded : null;
      const { field, reason } = decoded?.kind === 'undecodable' ? decoded.error : {};
      expect(`\`${field}: ${reason}\``).toBe(told);
    },
  );

  it('says it of the line when seats are counted', () => {
    const counted = eventOf(
      withUsage('{"metric_code":"seats","timestamp":"2026-11-20T00:00:00Z"}'),
    );
    const { details, reasons } = answerOn([...EVENTS, counted], '2026-11-23T10:00:00Z');
    const [, sentence = ''] = /^> (.+)$/m.exec(README) ?? [];
    expect(details.unavailable.map(({ reason }) => reason)).toEqual([sentence, sentence]);
    expect(details.subscriptions[0]?.charges[0]?.units).toBeNull();
    expect(reasons).not.toEqual([]);
  });

  it.each([
    ['a change without a value is one more', { kind: 'change' }, ['4', '1', '1']],
    [
      'who leaves without having joined',
      { unique_key: 'zoe', operation: 'remove' },
      ['3', '1', '1'],
    ],
    ['who joins twice', { unique_key: 'bo', operation: 'add' }, ['3', '1', '1']],
  ])('counts as it says: %s', (_what, fact, units) => {
    const of =
      'kind' in fact ? { metric_code: 'seats' } : { metric_code: 'people', kind: 'unique' };
    const usage = { timestamp: '2026-11-20T00:00:00Z', ...of, ...fact };
    const events = [...EVENTS, eventOf(withUsage(JSON.stringify(usage)))];
    const { charges } = answerOn(events, '2026-11-23T10:00:00Z').details.subscriptions[0]!;
    expect(charges.map((charge) => charge.units)).toEqual(units);
  });
});
