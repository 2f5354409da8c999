import { createSign, generateKeyPairSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { type Authority, ownFiles } from '@portal/testkit';
import { type OwnKafka, startKafka } from '../faults/own-kafka.ts';

/** User → password, known to PLAIN and both SCRAMs. */
export type Users = Readonly<Record<string, string>>;

export interface SecureKafka {
  readonly kafka: OwnKafka;
  /** Without TLS and user: everything is allowed there. */
  readonly open: string;
  /** SASL over TLS. */
  readonly sasl: string;
  /** TLS alone, for clients with a certificate of the authority. */
  readonly mtls: string;
  /** A token for OAUTHBEARER that the broker's own validator takes until then, in seconds from now. */
  token(subject: string, seconds: number): string;
  stop(): Promise<void>;
}

const NAMES = 'org.apache.kafka.common.security';
const AUDIENCE = 'portal';
const ISSUER = 'https://issuer.test';

/**
 * A broker with every way in that a production broker has: TLS with and without client certificates, the four SASL
 * mechanisms with real checks of password and token, and ACLs. Whoever comes by the open listener is a super user.
 */
export async function startSecureKafka(authority: Authority, users: Users): Promise<SecureKafka> {
  const server = authority.issue('kafka');
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256' };
  const files = await ownFiles({
    'server.pem': `${server.key}${server.cert}`,
    'ca.pem': authority.cert,
    'jwks.json': JSON.stringify({ keys: [{ ...jwk, use: 'sig' }] }),
  });
  const jwks = pathToFileURL(files.path('jwks.json')).href;
  const kafka = await startKafka({
    listeners: { USERS: 'SASL_SSL', CERTIFICATES: 'SSL' },
    format: Object.entries(users).flatMap(([name, password]) =>
      ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
        '--add-scram',
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    ),
    java: [`-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=${jwks}`],
    settings: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': files.path('server.pem'),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': files.path('ca.pem'),
      'listener.name.certificates.ssl.client.auth': 'required',
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      ...jaas('plain', `${NAMES}.plain.PlainLoginModule`, users),
      ...jaas('scram-sha-256', `${NAMES}.scram.ScramLoginModule`),
      ...jaas('scram-sha-512', `${NAMES}.scram.ScramLoginModule`),
      ...jaas('oauthbearer', `${NAMES}.oauthbearer.OAuthBearerLoginModule`),
      'listener.name.users.oauthbearer.sasl.server.callback.handler.class': `${NAMES}.oauthbearer.OAuthBearerValidatorCallbackHandler`,
      'sasl.oauthbearer.jwks.endpoint.url': jwks,
      'sasl.oauthbearer.expected.audience': AUDIENCE,
      'sasl.oauthbearer.expected.issuer': ISSUER,
    },
  });
  return {
    kafka,
    open: kafka.address,
    sasl: kafka.addresses['USERS'] ?? '',
    mtls: kafka.addresses['CERTIFICATES'] ?? '',
    token: (subject, seconds) => {
      const now = Math.floor(Date.now() / 1000);
      const part = (value: object): string =>
        Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = {
        sub: subject,
        aud: AUDIENCE,
        iss: ISSUER,
        iat: now - 600,
        exp: now + seconds,
      };
      const text = `${part({ alg: 'RS256', kid: 'k', typ: 'JWT' })}.${part(claims)}`;
      return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
    },
    stop: async () => {
      await kafka.stop();
      await files.remove();
    },
  };
}

function jaas(
  mechanism: string,
  module: string,
  users: Users = {},
): Readonly<Record<string, string>> {
  const known = Object.entries(users).map(([name, password]) => ` user_${name}="${password}"`);
  return {
    [`listener.name.users.${mechanism}.sasl.jaas.config`]: `${module} required${known.join('')};`,
  };
}
