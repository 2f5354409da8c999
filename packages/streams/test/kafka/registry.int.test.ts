import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SCHEMA_TEXTS } from '@portal/contracts';
import { createSchemaFetcher } from '../../src/kafka/registry.ts';
import { createOursCheck } from '../../src/kafka/subjects.ts';
import { until } from '../recorder.ts';

/** A registry that answers as the test says: what a real one cannot be made to do. */
describe('the schema fetcher', () => {
  let server: Server | null = null;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = null;
  });
  const registry = async (listener: RequestListener): Promise<string> => {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  };
  const json =
    (status: number, body: unknown): RequestListener =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };

  it('gives the text of a schema as it was registered', async () => {
    const url = await registry(json(200, { schema: SCHEMA_TEXTS.usage }));
    const answer = await createSchemaFetcher({ url })(1);
    expect(answer.kind).toBe('schema');
    const text = answer.kind === 'schema' ? answer.text : '';
    expect(JSON.parse(text)).toMatchObject({ type: 'record', name: 'UsageEvent' });
  });

  it('takes only the registry’s own word for an unknown id, not any 404', async () => {
    const known = await registry(json(404, { error_code: 40403, message: 'Schema not found' }));
    expect(await createSchemaFetcher({ url: known })(9)).toMatchObject({
      kind: 'refused',
      error: { code: 'unknown_schema_id' },
    });
    server?.close();
    const proxy = await registry(json(404, { error: 'no such page' }));
    expect(await createSchemaFetcher({ url: proxy })(9)).toMatchObject({ kind: 'away' });
  });

  it('refuses a schema that is not Avro', async () => {
    const url = await registry(json(200, { schemaType: 'JSON', schema: '{"type":"object"}' }));
    expect(await createSchemaFetcher({ url })(1)).toMatchObject({
      kind: 'refused',
      error: { code: 'wrong_schema' },
    });
  });

  it.each([401, 429, 500, 503])('is away on HTTP %d', async (status) => {
    const url = await registry(json(status, { error_code: status, message: 'no' }));
    expect(await createSchemaFetcher({ url })(1)).toMatchObject({ kind: 'away' });
  });

  it('is away when nobody listens', async () => {
    const url = await registry(json(200, {}));
    server?.close();
    expect(await createSchemaFetcher({ url })(1)).toMatchObject({ kind: 'away' });
  });

  it('is away when it does not answer in time, and asks anew the next time', async () => {
    let answers = false;
    const url = await registry((request, response) => {
      if (answers) json(200, { schema: SCHEMA_TEXTS.usage })(request, response);
    });
    const fetchSchema = createSchemaFetcher({ url }, 100);
    expect(await fetchSchema(1)).toEqual({ kind: 'away', reason: 'no answer in 100 ms' });
    answers = true;
    await until('a schema', async () => (await fetchSchema(1)).kind === 'schema');
  });

  it.each([
    ['knows versions of our subject', 200, [1, 2], 'ours'],
    ['knows the subject without a version', 200, [], 'away'],
    ['does not know the subject', 404, { error_code: 40401, message: 'Subject not found' }, 'away'],
    ['is no registry', 404, { error: 'no such page' }, 'away'],
    ['is in trouble', 500, {}, 'away'],
  ])('tells a registry that %s', async (_, status, body, kind) => {
    const url = await registry(json(status, body));
    expect((await createOursCheck({ url }, 'billing')('usage')).kind).toBe(kind);
  });

  it('believes for ten seconds that a registry is ours, and never that it is not', async () => {
    const asked: (string | undefined)[] = [];
    let body: unknown = [];
    let now = 0;
    const url = await registry((request, response) => {
      asked.push(request.url);
      json(200, body)(request, response);
    });
    const isOurs = createOursCheck({ url }, 'billing', () => now);
    expect(await isOurs('usage')).toEqual({
      kind: 'away',
      reason:
        'the schema registry does not know billing.usage-value: it was emptied or is not set up yet; ' +
        'run `portal-dashboard setup`',
    });
    body = [1];
    expect((await isOurs('usage')).kind).toBe('ours');
    now = 9_999;
    await isOurs('usage');
    expect(asked).toEqual(
      Array.from({ length: 2 }, () => '/subjects/billing.usage-value/versions'),
    );
    now = 10_000;
    await isOurs('usage');
    expect(asked).toHaveLength(3);
  });
});
