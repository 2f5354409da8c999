import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseIso, type Micros } from '@portal/billing';
import { sampleCustomers } from '@portal/cli';
import { createTokenVerifier, judgeToken } from '@portal/contracts';
import { type DashboardSummary } from '@portal/projection';
import { anInvoice, at, aUsage } from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SECRET } from './corner.ts';
import { eventLine } from './event-line.ts';
import { somebody, type Somebody } from './malformed.ts';
import { eventually } from './process.ts';
import { readDashboard } from './reader.ts';
import { startCommand, type StartedCommand } from './start-command.ts';

const CLOCK = '2026-11-23T10:00:00Z';
const NOW = parseIso(CLOCK) as Micros;

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'start-'));
});
afterAll(() => rm(root, { recursive: true }));

/** A data folder of its own, and a clock and a secret the test knows. */
async function dataFolder(): Promise<string> {
  const folder = join(root, randomUUID());
  await mkdir(folder);
  return folder;
}
const withoutSamples = (data: string) => ['--data', data, '--no-samples', '--clock', CLOCK];
const KNOWN_SECRET = { PORTAL_JWT_SECRET: SECRET };

const anyone = (): Somebody => somebody(randomUUID());
const invoiceLine = (who: Somebody, id = 'one'): string => eventLine(anInvoice({ id }, who));

async function outstanding(url: string, who: Somebody): Promise<number> {
  const { summary } = await readDashboard(url, who.organization_id, who.customer_id, NOW);
  return summary.quick_actions.outstanding_invoice_count;
}

const post = (url: string, body: string) =>
  fetch(`${url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });

describe('npm start with its samples', () => {
  let started: StartedCommand;
  let data = '';
  beforeAll(async () => {
    data = await dataFolder();
    started = await startCommand(['--data', data, '--clock', CLOCK], KNOWN_SECRET);
  });
  afterAll(async () => {
    expect(await started.kill('SIGTERM')).toBe(0);
  });

  it('prints a link for each sample customer, and every link answers', async () => {
    expect(started.customers.map(({ name }) => name)).toEqual(
      sampleCustomers(NOW).map(({ name }) => name),
    );
    for (const { answer, page } of started.customers) {
      const read = await fetch(answer);
      expect(read.status).toBe(200);
      expect(Object.keys((await read.json()) as object)).toEqual([
        'next_billing',
        'upcoming_charges',
        'usage_progress',
        'quick_actions',
      ]);
      const shown = await fetch(page);
      expect([shown.status, shown.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
    }
  });

  it('signs the links with PORTAL_JWT_SECRET', () => {
    const verify = createTokenVerifier(SECRET);
    const token = new URL(started.customers[0]?.answer ?? '').searchParams.get('token') ?? '';
    expect(judgeToken(verify(token), NOW).kind).toBe('valid');
  });

  it('lets the clock stand still where it was told to', async () => {
    const told: unknown = await (await fetch(`${started.url}/embedded/customers`)).json();
    expect(told).toMatchObject({ now: CLOCK, frozen: true });
  });

  it('answers for another instant when asked with at', async () => {
    const answer = started.customers[0]?.answer ?? '';
    const daysRemaining = async (instant: string) => {
      const read = await fetch(`${answer}&at=${instant}`);
      expect(read.status).toBe(200);
      return ((await read.json()) as DashboardSummary).next_billing.map(
        (bill) => bill.days_until_next_billing,
      );
    };
    const now = await daysRemaining(CLOCK);
    expect(now[0]).toBeGreaterThan(1);
    expect(await daysRemaining('2026-11-24T10:00:00Z')).toEqual(now.map((days) => days - 1));

    const refused = await fetch(`${answer}&at=tomorrow`);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ detail: [{ loc: ['query', 'at'] }] });
  });

  it('takes one posted event and projects it before it answers', async () => {
    const who = anyone();
    const taken = await post(started.url, invoiceLine(who));
    expect([taken.status, await taken.json()]).toEqual([202, { accepted: 1, projected: true }]);
    expect(await outstanding(started.url, who)).toBe(1);
  });

  it('takes an array, and values that do not name their topic', async () => {
    const who = anyone();
    const bare = ['one', 'two'].map(
      (id) => (JSON.parse(invoiceLine(who, id)) as { value: unknown }).value,
    );
    const taken = await post(started.url, JSON.stringify(bare));
    expect([taken.status, await taken.json()]).toEqual([202, { accepted: 2, projected: true }]);
    expect(await outstanding(started.url, who)).toBe(2);
  });

  it('gives posted events places of its own, whatever place they name', async () => {
    const who = anyone();
    const placed = { ...(JSON.parse(invoiceLine(who)) as object), partition: 3, offset: 0 };
    const taken = await post(started.url, JSON.stringify(placed));
    expect(await taken.json()).toEqual({ accepted: 1, projected: true });
    expect(await outstanding(started.url, who)).toBe(1);
  });

  it('lists a customer it was told of, with a token that works', async () => {
    const who = anyone();
    await post(started.url, invoiceLine(who));
    const listed = (await (await fetch(`${started.url}/embedded/customers`)).json()) as {
      readonly customers: readonly { readonly customer_id: string; readonly token: string }[];
    };
    const found = listed.customers.find(({ customer_id }) => customer_id === who.customer_id);
    const answer = `${started.url}/portal/dashboard_summary?token=${found?.token}`;
    expect((await fetch(answer)).status).toBe(200);
  });

  const bad = (change: object): string => {
    const line = JSON.parse(invoiceLine(anyone())) as { value: { invoice: object } };
    return JSON.stringify({
      ...line,
      value: { ...line.value, invoice: { ...line.value.invoice, ...change } },
    });
  };

  it.each([
    ['malformed JSON', '{"topic":', ['body'], 'json_invalid'],
    ['nothing', '', ['body'], 'json_invalid'],
    ['no event', '[]', ['body'], 'too_short'],
    ['a wrong field', bad({ version: -1 }), ['body', 'invoice', 'version'], 'contract_invalid'],
    [
      'one wrong event of two',
      `[${invoiceLine(anyone())},${bad({ currency: 'EURO' })}]`,
      ['body', 1, 'invoice', 'currency'],
      'contract_invalid',
    ],
    ['an unknown topic', '{"topic":"billing.refunds"}', ['body', 'topic'], 'unknown_topic'],
    [
      'an unknown type',
      '{"topic":"usage","value":{"event_type":"usage.forgotten"}}',
      ['body', 'event_type'],
      'unknown_event_type',
    ],
    ['a tombstone', '{"topic":"usage","value":null}', ['body', 'value'], 'missing'],
  ])('refuses %s, names the field and keeps nothing', async (_name, body, loc, type) => {
    const log = join(data, 'posted-events.ndjson');
    const before = await readFile(log, 'utf8');
    const refused = await post(started.url, body);
    expect(refused.status).toBe(422);
    const { detail } = (await refused.json()) as { readonly detail: readonly unknown[] };
    expect(detail).toMatchObject([{ loc, type }]);
    expect(await readFile(log, 'utf8')).toBe(before);
  });

  it('refuses a body that is too large', async () => {
    const refused = await post(started.url, `"${'9'.repeat(7_000_000)}"`);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ detail: [{ loc: ['body'] }] });
    expect((await fetch(`${started.url}/livez`)).status).toBe(200);
  });
});

describe('npm start with events of one’s own', () => {
  it('reads files, folders and .gz, says what is malformed, and leaves the samples out', async () => {
    const data = await dataFolder();
    const [one, two, three] = [anyone(), anyone(), anyone()];
    const folder = join(data, 'dump');
    await mkdir(folder);
    const file = join(data, 'plain.ndjson');
    await writeFile(file, `${invoiceLine(one)}\nnot json\n`);
    await writeFile(join(folder, 'b.jsonl'), invoiceLine(two));
    await writeFile(join(folder, 'a.ndjson.gz'), gzipSync(`${invoiceLine(three)}\n`));
    await writeFile(join(folder, 'notes.txt'), 'no events');
    const started = await startCommand(
      [...withoutSamples(data), '--events', file, folder],
      KNOWN_SECRET,
    );
    expect(started.customers).toHaveLength(3);
    for (const who of [one, two, three]) expect(await outstanding(started.url, who)).toBe(1);
    expect(started.malformed).toBe(1);
    expect(started.said.filter((line) => line.includes(`${file}:2: line: `))).toHaveLength(1);
    expect(await started.kill('SIGINT')).toBe(0);
  });

  it('keeps reading a file that grows when told to follow', async () => {
    const data = await dataFolder();
    const who = anyone();
    const file = join(data, 'growing.ndjson');
    await writeFile(file, `${invoiceLine(who)}\n`);
    const started = await startCommand(
      [...withoutSamples(data), '--follow', '--events', file],
      KNOWN_SECRET,
    );
    expect(await outstanding(started.url, who)).toBe(1);
    await appendFile(file, `${invoiceLine(who, 'two')}\n`);
    await eventually(
      () => outstanding(started.url, who),
      (count) => count === 2,
    );
    expect(await started.kill('SIGTERM')).toBe(0);
  });

  it('keeps posted events over a restart, even a kill', async () => {
    const data = await dataFolder();
    const who = anyone();
    const first = await startCommand(withoutSamples(data), KNOWN_SECRET);
    await post(first.url, invoiceLine(who));
    expect(await first.kill('SIGKILL')).toBeNull();
    const second = await startCommand(withoutSamples(data), KNOWN_SECRET);
    expect(await outstanding(second.url, who)).toBe(1);
    await post(second.url, invoiceLine(who, 'two'));
    await eventually(
      () => outstanding(second.url, who),
      (count) => count === 2,
    );
    expect(await second.kill('SIGTERM')).toBe(0);
  });

  it('is not ready before everything given has been applied', async () => {
    const data = await dataFolder();
    const who = anyone();
    const file = join(data, 'many.ndjson');
    const timestamp = at('2026-11-20T00:00:00Z');
    const lines = Array.from({ length: 20_000 }, (_, index) =>
      eventLine(aUsage({ timestamp }, { ...who, event_id: String(index) })),
    );
    await writeFile(file, [...lines, invoiceLine(who)].join('\n'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const starting = startCommand(
      [...withoutSamples(data), '--events', file, '--port', String(port)],
      KNOWN_SECRET,
    );
    const seen: number[] = [];
    let early = 0;
    await eventually(
      async () => {
        const answered = await outstanding(url, who).then(
          () => true,
          () => false,
        );
        const status = await statusOf(`${url}/readyz`);
        if (answered && status !== 200) early += 1;
        seen.push(status);
        return status;
      },
      (status) => status === 200,
    );
    expect(await outstanding(url, who)).toBe(1);
    expect([...new Set(seen)]).toEqual([503, 200]);
    expect(early).toBe(0);
    expect(await (await starting).kill('SIGTERM')).toBe(0);
  });
});

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
