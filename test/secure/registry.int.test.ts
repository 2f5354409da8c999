import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readConfig, REGISTRY_VARIABLES, registryFrom } from '@portal/runtime';
import { setUp } from '@portal/streams';
import { ownFiles, type OwnFiles, requireService } from '@portal/testkit';
import { authority, stranger } from './client-files.ts';
import { type RegistryProxy, startRegistryProxy } from './registry-proxy.ts';

const PASSWORD = 'Registry-Pässw0rd:Nobody-May-Read';
const TOKEN = 'registry-token-1';
const NEXT_TOKEN = 'registry-token-2';
const WRONG = 'Another-Passw0rd-Nobody-May-Read';

/** The variables alone lead to the registry: what is set is what an operator sets. */
describe('a schema registry behind TLS and a user', () => {
  let files: OwnFiles;
  let proxy: RegistryProxy;
  let strange: RegistryProxy;
  let elsewhere: RegistryProxy;
  let token = TOKEN;
  const file = (name: string): string => files.path(name);
  beforeAll(async () => {
    const texts = { 'ca.pem': authority.cert, password: `${PASSWORD}\n`, token: TOKEN };
    files = await ownFiles(texts);
    const basic = `Basic ${Buffer.from(`app:${PASSWORD}`).toString('base64')}`;
    const target = requireService('SCHEMA_REGISTRY_URL');
    const allows = (authorization: string) => [basic, `Bearer ${token}`].includes(authorization);
    proxy = await startRegistryProxy(target, authority.issue('registry'), allows);
    strange = await startRegistryProxy(target, stranger.issue('registry'), allows);
    elsewhere = await startRegistryProxy(target, authority.issue('x', ['elsewhere']), allows);
  });
  afterAll(async () => {
    await Promise.all([proxy.stop(), strange.stop(), elsewhere.stop()]);
    await files.remove();
  });

  const url = () => ({ SCHEMA_REGISTRY_URL: proxy.url, SCHEMA_REGISTRY_CA: file('ca.pem') });
  const user = () => ({
    SCHEMA_REGISTRY_USERNAME: 'app',
    SCHEMA_REGISTRY_PASSWORD_FILE: file('password'),
  });
  const bearer = () => ({ SCHEMA_REGISTRY_TOKEN_FILE: file('token') });

  /** What a set-up of the schemas comes to: null when it is done, else what an operator is told. */
  const ask = async (variables: Readonly<Record<string, string>>): Promise<string | null> => {
    const read = readConfig(REGISTRY_VARIABLES, variables);
    const made = read.kind === 'valid' ? registryFrom(read.config) : read;
    if (made.kind === 'invalid') throw new Error(made.problems.join());
    const kafka = { brokers: requireService('KAFKA_BROKERS').split(',') };
    const prefix = `secure-${randomUUID()}`;
    return setUp({ kafka, registry: made.config, prefix, partitions: 1 }).then(
      () => null,
      (error: unknown) => (error as Error).message,
    );
  };

  it('takes the schemas of a user, of a token and of the next token in the same file', async () => {
    expect(await ask({ ...url(), ...user() })).toBeNull();
    expect(await ask({ ...url(), SCHEMA_REGISTRY_TOKEN: TOKEN })).toBeNull();
    expect(await ask({ ...url(), ...bearer() })).toBeNull();
    token = NEXT_TOKEN;
    expect(await ask({ ...url(), ...bearer() })).toMatch(/HTTP 401/);
    await files.write({ token: `${NEXT_TOKEN}\n` });
    expect(await ask({ ...url(), ...bearer() })).toBeNull();
  });

  const REFUSED =
    /refuses our user \(HTTP 401\): see SCHEMA_REGISTRY_USERNAME or SCHEMA_REGISTRY_T/;
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a wrong password',
      () => ({ ...url(), SCHEMA_REGISTRY_USERNAME: 'app', SCHEMA_REGISTRY_PASSWORD: WRONG }),
      REFUSED,
    ],
    ['a wrong token', () => ({ ...url(), SCHEMA_REGISTRY_TOKEN: WRONG }), REFUSED],
    ['no user', url, REFUSED],
    [
      'a certificate of an authority that is not ours',
      () => ({ ...url(), SCHEMA_REGISTRY_URL: strange.url, ...user() }),
      /the schema registry shows a certificate that no authority we trust has signed; see SCHEMA_REGISTRY_CA$/,
    ],
    [
      'no authority of ours',
      () => ({ SCHEMA_REGISTRY_URL: proxy.url, ...user() }),
      /no authority we trust has signed; see SCHEMA_REGISTRY_CA$/,
    ],
    [
      'a certificate of another name',
      () => ({ ...url(), SCHEMA_REGISTRY_URL: elsewhere.url, ...user() }),
      /a certificate for another name than the address has; see SCHEMA_REGISTRY_URL$/,
    ],
    [
      'TLS spoken to a plain port',
      () => ({
        ...url(),
        SCHEMA_REGISTRY_URL: requireService('SCHEMA_REGISTRY_URL').replace('http:', 'https:'),
        ...user(),
      }),
      /does it speak TLS on that port\? See SCHEMA_REGISTRY_URL$/,
    ],
    [
      'no TLS spoken to a TLS port',
      () => ({ SCHEMA_REGISTRY_URL: proxy.url.replace('https:', 'http:'), ...user() }),
      /may speak TLS|does it speak TLS\? See SCHEMA_REGISTRY_URL$/,
    ],
  ])('says in one sentence: %s', async (_, variables, sentence) => {
    const said = await ask(variables());
    expect(said).toMatch(sentence);
    expect(said).toMatch(/^secure-[\w.-]+ was not registered: [^\n]*$/);
    for (const secret of [PASSWORD, WRONG, TOKEN]) expect(said).not.toContain(secret);
  });
});
