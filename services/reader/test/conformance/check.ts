import { expect } from '@jest/globals';
import { openapiValidator } from '@portal/testkit';
import { type Answered } from './ask.ts';
import { expectContract } from './body.ts';
import { type Operation, operationsOf, type Served } from './document.ts';
import { type Expected } from './expected.ts';
import { type Case } from './requests.ts';

export type Check = (asked: Case, expected: Expected, answer: Answered) => void;

/** Judges one answer, by the document that the reader serves and by the contract's letter. */
export function checkOf(document: Served): Check {
  const operations = operationsOf(document);
  const problemsOf = openapiValidator(document);
  return (asked, expected, answer) => {
    const { status, text, headers } = answer;
    expectRequestId(asked.requestId, headers['x-request-id']);
    expect(headers['referrer-policy']).toBe('no-referrer');
    const documented = operationFor(asked.method, operations).responses[String(status)];
    // A path that the document does not have cannot have its answer in it.
    const known = asked.path === operationFor(asked.method, operations).path;
    if (known) expectHeaders(answer, documented?.headers ?? { 'not documented': {} });
    if (expected.kind === 'preflight') {
      expect([status, text]).toEqual([204, '']);
      return;
    }
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    if (expected.kind === 'error') {
      const body = asked.method === 'HEAD' ? '' : expected.text;
      expect([status, text]).toEqual([expected.status, body]);
      expect(headers).toMatchObject({ ...expected.headers, 'cache-control': 'no-store' });
    } else expect([status, headers['cache-control']]).toEqual([200, 'private, no-cache']);
    if (asked.method === 'HEAD') {
      expect([text, Number(headers['content-length']) > 0]).toEqual(['', true]);
      return;
    }
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(text));
    const ref = documented?.content?.['application/json']?.schema.$ref ?? '';
    // The text of another path's refusal was compared to the letter above.
    if (known) expect(problemsOf(ref.split('/').at(-1) ?? '', JSON.parse(text))).toEqual([]);
    if (expected.kind === 'answer') expectAnswer(text, expected.include, headers);
  };
}

function expectAnswer(
  text: string,
  include: readonly string[],
  headers: Answered['headers'],
): void {
  expectContract(text, include);
  const { meta } = JSON.parse(text) as { readonly meta?: { readonly status: string } };
  const said = headers['dashboard-status'];
  if (said !== undefined) expect(said).toMatch(/^(partial|degraded); reason="[a-z_,]+"$/);
  if (meta !== undefined) expect(meta.status).toBe(String(said ?? 'fresh').split(';')[0]);
}

/** The operation that says what comes back; other methods than documented ones are GET's to refuse. */
function operationFor(method: string, operations: readonly Operation[]): Operation {
  const own = operations.find((operation) => operation.method === method);
  return own ?? operations.find((operation) => operation.method === 'GET')!;
}

/** Every header that is documented as one that always comes is there. */
export function expectHeaders(
  { headers }: Answered,
  documented: Readonly<Record<string, { readonly required?: boolean }>>,
): void {
  const always = Object.entries(documented).filter(([, { required }]) => required !== false);
  const missing = always.filter(([name]) => headers[name.toLowerCase()] === undefined);
  expect(missing.map(([name]) => name)).toEqual([]);
}

function expectRequestId(given: string | null, id: unknown): void {
  expect(id).toMatch(/^[\w.-]{1,64}$/);
  if (given !== null && /^[\w.-]{1,64}$/.test(given.trim())) expect(id).toBe(given.trim());
}
