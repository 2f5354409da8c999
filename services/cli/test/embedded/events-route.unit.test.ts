import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { parseLine, plainEvent, type ParsedLine } from '@portal/contracts';
import { aSubscription, aUsage, aWallet, anInvoice, aCustomer } from '@portal/testkit';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { eventsRoute } from '../../src/embedded/events-route.ts';

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
  app.post('/events', express.text({ type: () => true }), eventsRoute({ accept }));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const post = async (body: unknown) => {
  const { port } = server.address() as AddressInfo;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const url = `http://127.0.0.1:${port}/events`;
  const response = await fetch(url, { method: 'POST', body: text });
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
          { loc: ['body', 3, 'topic'], msg: 'is required', type: 'contract_invalid' },
        ],
      },
    });
    expect(accepted).toEqual([]);
  });
});
