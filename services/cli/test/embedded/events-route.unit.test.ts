import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { parseLine, plainEvent, type ParsedLine } from '@portal/contracts';
import { aSubscription, aUsage, aWallet, anInvoice, aCustomer } from '@portal/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { splitBody } from '../../src/embedded/split.ts';
import { EVENT_LENGTH_MAX, EVENTS_MAX, eventsRoute } from '../../src/embedded/events-route.ts';

let server: Server;
let accepted: string[];
let projected: boolean;

beforeEach(async () => {
  accepted = [];
  projected = true;
  const app = express();
  const accept = (lines: readonly string[]) => {
    accepted.push(...lines);
    return Promise.resolve(projected);
  };
  app.post('/events', express.raw({ type: () => true, limit: '6mb' }), eventsRoute({ accept }));
  app.get('/read', (_request, response) => void response.end('read'));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const post = async (body: unknown) => {
  const { port } = server.address() as AddressInfo;
  const sent = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const url = `http://127.0.0.1:${port}/events`;
  const response = await fetch(url, { method: 'POST', body: Buffer.from(sent) });
  return { status: response.status, body: (await response.json()) as unknown };
};

const eventOf = (parsed: ParsedLine | undefined) =>
  parsed?.kind === 'record' && parsed.record.decoded.kind === 'event'
    ? parsed.record.decoded.event
    : parsed;

describe('posted events', () => {
  it.each([aCustomer(), aSubscription(), anInvoice(), aUsage(), aWallet()])(
    'need no topic: the type tells it ($event_type)',
    async (event) => {
      expect((await post(plainEvent(event))).status).toBe(202);
      expect(accepted.map((line) => eventOf(parseLine(line)))).toEqual([event]);
    },
  );

  it('are refused when their bytes are no UTF-8: replaced, two ids would become one', async () => {
    const line = JSON.stringify(plainEvent(aUsage({}, { event_id: 'caf@' })));
    const bytes = Buffer.from(line.replace('caf@', 'caf\u00e9'), 'latin1');
    expect(await post(bytes)).toEqual({
      status: 422,
      body: {
        detail: [
          {
            loc: ['body'],
            msg: 'must be UTF-8 text: it holds bytes that are none',
            type: 'unicode_invalid',
          },
        ],
      },
    });
    expect(accepted).toEqual([]);
  });

  it('may begin with a byte order mark', async () => {
    const body = Buffer.from(`\ufeff${JSON.stringify(plainEvent(aUsage()))}`);
    expect((await post(body)).status).toBe(202);
  });

  it('keep every digit of a number that a float would round', async () => {
    const value = JSON.stringify(plainEvent(anInvoice())).replace('4900', '9007199254740990');
    expect((await post(value)).status).toBe(202);
    expect(accepted[0]).toContain('9007199254740990');
  });

  it('are told of when they were kept but nobody has projected them yet', async () => {
    projected = false;
    expect(await post([plainEvent(aUsage()), plainEvent(aWallet())])).toEqual({
      status: 202,
      body: { accepted: 2, projected: false },
    });
  });

  it('are refused together, with every mistake of every one of them', async () => {
    const wrong = { ...plainEvent(aUsage()), organization_id: 'acme' };
    expect(await post([plainEvent(aUsage()), wrong, 7, { event_type: 'refund.made' }])).toEqual({
      status: 422,
      body: {
        detail: [
          { loc: ['body', 1, 'organization_id'], msg: 'must be a UUID', type: 'contract_invalid' },
          { loc: ['body', 2], msg: 'must be an object', type: 'contract_invalid' },
          {
            loc: ['body', 3, 'event_type'],
            msg: '"refund.made" tells no topic: correct it or add "topic"',
            type: 'contract_invalid',
          },
        ],
      },
    });
    expect(accepted).toEqual([]);
  });

  it('are refused with the place of the mistake, part by part, whatever names it goes through', async () => {
    const usage = plainEvent(aUsage()) as { usage: object };
    const wrong = { ...usage, usage: { ...usage.usage, properties: { 'http.status': [] } } };
    const charges = plainEvent(aSubscription()) as { subscription: object };
    const second = {
      ...charges,
      subscription: { ...charges.subscription, charges: [null] },
    };
    expect((await post([wrong, second])).body).toMatchObject({
      detail: [
        { loc: ['body', 0, 'usage', 'properties', 'http.status'] },
        { loc: ['body', 1, 'subscription', 'charges', 0] },
      ],
    });
  });
});

describe('a large post', () => {
  const MB = 1_000_000;
  const item = (text: string, size: number) => `{"a":[${text.repeat(size / text.length)}1]}`;
  const many = (each: string, count: number) =>
    `[${Array.from({ length: count }, () => each).join()}]`;

  it.each([
    ['numbers', `[${'1,'.repeat(2.5 * MB)}1]`, 1],
    ['commas', `[${','.repeat(5 * MB)}`, 1],
    ['brackets', '['.repeat(5 * MB), 1],
    ['braces', `[${'{'.repeat(5 * MB)}`, 1],
    ['a string that does not end', `["${'\\"'.repeat(2.5 * MB)}`, 1],
    ['one long event', item('1,', 5 * MB), 1],
    ['long numbers', many(item('9', 1_000), 4_900), 20],
    ['long lists', many(item('1,', 1_000), 4_900), 20],
    ['long names', many(`{"topic":"${'t'.repeat(1_000)}"}`, 4_900), 20],
    [
      'long types',
      many(`{"topic":"usage","value":{"event_type":"${'t'.repeat(900)}"}}`, 4_900),
      20,
    ],
    [
      'long properties',
      many(
        JSON.stringify({
          topic: 'usage',
          value: { ...plainEvent(aUsage({ properties: { ['p'.repeat(600)]: 'x' } })), usage: 7 },
        }),
        4_900,
      ),
      20,
    ],
  ])('of %s gets a small answer, and reads go on meanwhile', async (_name, body, least) => {
    const { port } = server.address() as AddressInfo;
    let [reads, answered] = [0, false];
    const posted = post(body).finally(() => (answered = true));
    while (!answered) {
      await (await fetch(`http://127.0.0.1:${port}/read`)).text();
      reads += 1;
    }
    const answer = await posted;
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body).length).toBeLessThan(2_000);
    expect(accepted).toEqual([]);
    expect(reads).toBeGreaterThanOrEqual(least);
  });

  it('may hold so many events, each so long, and not one more', async () => {
    const events = (count: number) => Array.from({ length: count }, () => ({ event_type: 'x' }));
    const type = async (body: unknown) =>
      ((await post(body)).body as { detail: { type: string }[] }).detail.at(-1)?.type;
    expect(await type(events(EVENTS_MAX))).toBe('not_listed');
    expect(await type(events(EVENTS_MAX + 1))).toBe('too_long');
    expect(await type(`[${' '.repeat(EVENT_LENGTH_MAX)}1]`)).toBe('too_long');
    expect(await type(`[${' '.repeat(EVENT_LENGTH_MAX - 1)}1]`)).toBe('contract_invalid');
  });

  it('names the first mistakes and counts the others', async () => {
    const { body } = await post(Array.from({ length: 1_000 }, () => 7));
    const { detail } = body as { detail: { loc: unknown; msg: string }[] };
    const listed = detail.length - 1;
    expect(listed).toBeGreaterThan(10);
    expect(detail[listed - 1]).toMatchObject({ loc: ['body', listed - 1] });
    expect(detail.at(-1)).toEqual({
      ...{ loc: ['body'], msg: `${1_000 - listed} more events have mistakes`, type: 'not_listed' },
    });
    expect(JSON.stringify(body).length).toBeLessThan(2_000);
  });

  it.each([
    ['[]', ['body'], 'too_short'],
    [' [ ] ', ['body'], 'too_short'],
    ['[1', ['body'], 'json_invalid'],
    ['[1]]', ['body'], 'json_invalid'],
    ['[{"a":1},]', ['body', 1], 'json_invalid'],
    ['[{"a":"],["}, {]}]', ['body'], 'json_invalid'],
    ['[{"a":"],["}, [}]', ['body', 1], 'json_invalid'],
    ['[1}', ['body'], 'json_invalid'],
  ])('that is %j is refused where it goes wrong', async (body, loc, type) => {
    const { detail } = (await post(body)).body as { detail: unknown[] };
    expect(detail.at(-1)).toMatchObject({ loc, type });
  });
});

describe('cutting a body into its events', () => {
  it('gives what reading the whole gives', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.constantFrom('', ' ', '\n\t'), (items, space) => {
        const body = `${space}[${space}${items.join(`${space},${space}`)}${space}]${space}`;
        const split = splitBody(body, Infinity);
        const values =
          split.kind === 'pieces'
            ? split.pieces.map(({ text }) => JSON.parse(text) as unknown)
            : split;
        expect(values).toEqual(JSON.parse(body));
      }),
    );
  });
});
