import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { createContext, Script } from 'node:vm';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { aCharge, anInvoice, aSubscription, aWallet, ORGANIZATION } from '@portal/testkit';
import { EVENTS, memoryReader, REF, startReader, storedCustomer, token } from './support/reader.ts';

/** What `npx openapi-typescript FILE` prints. */
async function generated(document: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'description-'));
  const file = join(folder, 'openapi.json');
  await writeFile(file, document);
  const command = join('node_modules', 'openapi-typescript', 'bin', 'cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [command, file]);
  await rm(folder, { recursive: true });
  return stdout;
}

/**
 * What the compiler says of each client; clients and generated types lie nowhere but here. One program
 * for all of them, because reading the language's own types takes longest.
 */
function complaints(description: string, clients: readonly string[]): readonly string[][] {
  const options: ts.CompilerOptions = {
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    module: ts.ModuleKind.NodeNext,
    types: [],
  };
  const named = clients.map((text, index) => [join(FOLDER, `read-${index}.ts`), text] as const);
  const files = new Map([[join(FOLDER, 'description.ts'), description], ...named]);
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => files.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram([...files.keys()], options, host);
  const all = ts.getPreEmitDiagnostics(program);
  expect(all.filter(({ file }) => !named.some(([name]) => name === file?.fileName))).toEqual([]);
  return named.map(([name]) =>
    all
      .filter(({ file }) => file?.fileName === name)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  );
}

const FOLDER = join(__dirname, 'client');

/** Mistakes that the types must show: what is right, and what somebody wrote. */
const MISTAKES = [
  ['row.usage_percentage === null', 'row.usage_percent === null'],
  ['row.amount_cents + 0', 'row.amount_cents.trim()'],
  ["case 'Customer not found'", "case 'Customer missing'"],
  ["token: 'x.y.z', ", ''],
  ['given.ETag', 'given.Etag'],
  ["include: ['meta'", "include: ['metta'"],
  ['row.current_usage === null ? null : row.current_usage.trim()', 'row.current_usage.trim()'],
] as const;

interface Client {
  readonly copied: (answer: unknown) => unknown;
  readonly explained: (detail: string) => string;
  readonly mistakes: (body: unknown) => readonly string[];
}

/** The client as it runs: its types taken off. */
function run(client: string): Client {
  const { outputText } = ts.transpileModule(client, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS },
  });
  const exports = {};
  new Script(outputText).runInContext(createContext({ exports }));
  return exports as Client;
}

describe('a client generated from the served description', () => {
  let description = '';
  let client = '';

  beforeAll(async () => {
    const reader = await startReader();
    const served = await (await reader.request('/openapi.json')).text();
    await reader.stop();
    description = await generated(served);
    client = await readFile(join(FOLDER, 'read.ts.txt'), 'utf8');
  });

  it('uses every parameter, header, field and refusal without a cast, and is told of every mistake', () => {
    expect(client).not.toMatch(/\bas (?!const\b)|\bany\b|@ts-/);
    const wrong = MISTAKES.map(([right, mistake]) => {
      expect(client).toContain(right);
      return client.replace(right, mistake);
    });
    const [none, ...told] = complaints(description, [client, ...wrong]);
    expect(none).toEqual([]);
    expect(told.map((each) => each.length > 0)).toEqual(MISTAKES.map(() => true));
  });

  it('takes whole answers up, field by field, in their order', async () => {
    const events = [
      ...EVENTS,
      anInvoice({ id: ORGANIZATION, currency: 'JPY' }),
      aWallet({ id: 'wallet-yen', currency: 'JPY' }),
      aSubscription({ version: 2, charges: [aCharge({ charge_model: 'telepathic' })] }),
    ];
    const own = run(client);
    for (const told of [EVENTS, events]) {
      const documents = await memoryReader(new Map([[REF, storedCustomer(REF, told, 1)]]));
      const reader = await startReader({ documents });
      const text = await (await reader.get({ token: token(), include: 'meta,details' })).text();
      await reader.stop();
      expect(JSON.stringify(own.copied(JSON.parse(text)))).toBe(text);
    }
  });

  it('knows each refusal by its text', async () => {
    const own = run(client);
    const reader = await startReader();
    const refused = await reader.get({ token: 'x' });
    const unknown = await reader.get({ token: token(), include: 'a,b,c,d,e' });
    await reader.stop();
    const { detail } = (await refused.json()) as { readonly detail: string };
    expect(own.explained(detail)).toBe('this link is broken');
    expect(own.mistakes(await unknown.json())).toHaveLength(4);
  });
});
