import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { KAFKA_VARIABLES, kafkaFrom, type KafkaSettings, readConfig } from '@portal/runtime';
import { createKafkaSource } from '@portal/streams';
import { ownFiles, type OwnFiles } from '@portal/testkit';
import { FAMILIES } from '@portal/projection';
import kafkajs, { type Admin } from 'kafkajs';
import { authority, clientTexts } from './client-files.ts';
import { type SecureKafka, startSecureKafka } from './kafka.ts';

const {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} = kafkajs;
const PASSWORD = 'Kafka-Passw0rd-Nobody-May-Read';
const WRONG = 'Another-Passw0rd-Nobody-May-Read';

/** The variables alone lead to the broker: what is set is what an operator sets. */
describe('Kafka with TLS and users', () => {
  let broker: SecureKafka;
  let files: OwnFiles;
  const file = (name: string): string => files.path(name);
  beforeAll(async () => {
    const passwords = { password: `${PASSWORD}\n`, 'wrong-password': WRONG };
    files = await ownFiles({ ...clientTexts(), ...passwords });
    broker = await startSecureKafka(authority, { projector: PASSWORD });
    await files.write({
      token: broker.token('projector', 3_600),
      'old-token': broker.token('projector', -300),
    });
  });
  afterAll(async () => {
    await broker.stop();
    await files.remove();
  });

  const tls = () => ({ KAFKA_TLS: 'true', KAFKA_TLS_CA: file('ca.pem') });
  const user = (mechanism: string) => ({
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: 'projector',
    KAFKA_SASL_PASSWORD_FILE: file('password'),
  });
  const bearer = (name: string) => ({
    KAFKA_SASL_MECHANISM: 'oauthbearer',
    KAFKA_SASL_OAUTHBEARER_TOKEN_FILE: file(name),
  });
  const certificate = (name: string) => ({
    KAFKA_TLS_CERT: file(`${name}.pem`),
    KAFKA_TLS_KEY: file(`${name}.key`),
  });

  const settings = (variables: Readonly<Record<string, string>>): KafkaSettings => {
    const read = readConfig(KAFKA_VARIABLES, variables);
    const made = read.kind === 'valid' ? kafkaFrom(read.config) : read;
    if (made.kind === 'invalid') throw new Error(made.problems.join());
    return made.config;
  };

  /** What the first question to the broker comes to: null when it was answered, else what an operator is told. */
  const ask = async (variables: Readonly<Record<string, string>>): Promise<string | null> => {
    let tell: (reason: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const source = await createKafkaSource({
      kafka: settings(variables),
      registry: { url: 'http://127.0.0.1:1' },
      groupId: 'secure',
      onMissingHistory: () => 'stop',
      onNotice: (notice) => {
        if (notice.kind === 'broker_away') tell(notice.reason);
      },
    });
    const answered = source.partitions().then(() => null);
    const outcome = await Promise.race([answered, told]);
    await source.close();
    await answered.catch(() => null);
    return outcome;
  };

  const NO_RIGHT = /^Kafka does not let our user do that .*it lacks a right/;
  const SASL = (): Record<string, string> => ({ KAFKA_BROKERS: broker.sasl, ...tls() });

  it('lets in, and looks at the rights of, whoever shows what the mechanism asks for', async () => {
    const ways = [
      ...['plain', 'scram-sha-256', 'scram-sha-512'].map((name) => ({ ...SASL(), ...user(name) })),
      { ...SASL(), ...bearer('token') },
      { KAFKA_BROKERS: broker.mtls, ...tls(), ...certificate('client') },
    ];
    for (const way of ways) expect(await ask(way)).toMatch(NO_RIGHT);
    await topics(broker.open);
    for (const way of ways) expect(await ask(way)).toMatch(NO_RIGHT);
    await allow(broker.open, ['User:projector', 'User:CN=client']);
    for (const way of ways) expect(await ask(way)).toBeNull();
  });

  it('is shown the token that stands in the file now, not the one of the start', async () => {
    await topics(broker.open);
    await allow(broker.open, ['User:projector']);
    await files.write({ rotated: broker.token('projector', -300) });
    const source = await createKafkaSource({
      kafka: settings({ ...SASL(), ...bearer('rotated') }),
      registry: { url: 'http://127.0.0.1:1' },
      groupId: 'secure',
      onMissingHistory: () => 'stop',
      onNotice: () => {
        writeFileSync(file('rotated'), broker.token('projector', 3_600));
      },
    });
    expect(await source.partitions()).not.toEqual([]);
    await source.close();
  });

  const wrong = (mechanism: string): Record<string, string> => ({
    ...SASL(),
    ...user(mechanism),
    KAFKA_SASL_PASSWORD_FILE: file('wrong-password'),
  });
  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      'a certificate of an authority that is not ours',
      () => ({ ...SASL(), KAFKA_TLS_CA: file('other-ca.pem'), ...user('plain') }),
      /^Kafka at 127.0.0.1:\d+ shows a certificate that no authority we trust has signed; see KAFKA_TLS_CA$/,
    ],
    [
      'a certificate of another name',
      () => ({ ...SASL(), KAFKA_TLS_SERVER_NAME: 'elsewhere', ...user('plain') }),
      /shows a certificate for another name than the address has; see KAFKA_TLS_SERVER_NAME$/,
    ],
    [
      'that we show no certificate',
      () => ({ KAFKA_BROKERS: broker.mtls, ...tls() }),
      /refuses our client certificate, or that there is none; see KAFKA_TLS_CERT$/,
    ],
    [
      'that ours is of a stranger',
      () => ({ KAFKA_BROKERS: broker.mtls, ...tls(), ...certificate('foreign') }),
      /refuses our client certificate, or that there is none; see KAFKA_TLS_CERT$/,
    ],
    [
      'TLS spoken to a plain port',
      () => ({ KAFKA_BROKERS: broker.open, ...tls() }),
      /ends the connection before TLS begins: does it speak TLS on that port\? See KAFKA_TLS$/,
    ],
    [
      'no TLS spoken to a TLS port',
      () => ({ KAFKA_BROKERS: broker.sasl, ...user('plain') }),
      /closed the connection; if it always does, it may want TLS or a user; see KAFKA_TLS, KAFKA_SASL/,
    ],
    [
      'no user',
      SASL,
      /closed the connection.*may want TLS or a user; see KAFKA_TLS, KAFKA_SASL_MECH/,
    ],
    [
      'a user where none is wanted',
      () => ({ KAFKA_BROKERS: broker.open, ...user('plain') }),
      /wants no user on that port; see .*KAFKA_SASL_MECHANISM$/,
    ],
    [
      'a wrong password',
      () => wrong('plain'),
      /refuses our user .*see KAFKA_SASL_USERNAME, KAFKA_SASL_P/,
    ],
    [
      'a wrong password, by SCRAM',
      () => wrong('scram-sha-512'),
      /refuses our user .*see KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD$/,
    ],
    [
      'a token whose time is over',
      () => ({ ...SASL(), ...bearer('old-token') }),
      /refuses our token.*see KAFKA_SASL_OAUTHBEARER_TOKEN_FILE/,
    ],
  ])('says in one sentence: %s', async (_, variables, sentence) => {
    const said = await ask(variables());
    expect(said).toMatch(sentence);
    expect(said).not.toContain('\n');
    for (const secret of [PASSWORD, WRONG, 'eyJ', 'PRIVATE KEY'])
      expect(said).not.toContain(secret);
  });
});

/** The topics of the default prefix, made by somebody who may. */
async function topics(brokers: string): Promise<void> {
  await asAdmin(brokers, async (admin) => {
    const names = FAMILIES.map((family) => `billing.${family}`);
    await admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions: 1 })) });
  });
}

async function allow(brokers: string, principals: readonly string[]): Promise<void> {
  await asAdmin(brokers, (admin) =>
    admin.createAcls({
      acl: principals.map((principal) => ({
        principal,
        host: '*',
        resourceType: AclResourceTypes.TOPIC,
        resourceName: 'billing.',
        resourcePatternType: ResourcePatternTypes.PREFIXED,
        operation: AclOperationTypes.DESCRIBE,
        permissionType: AclPermissionTypes.ALLOW,
      })),
    }),
  );
}

async function asAdmin(brokers: string, work: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await work(admin);
  await admin.disconnect();
}
