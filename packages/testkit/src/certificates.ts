import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

export interface KeyAndCertificate {
  /** PKCS #8, as every server here reads it. */
  readonly key: string;
  readonly cert: string;
}

/** An authority of a test's own, made on the spot and trusted by nobody else. */
export interface Authority {
  readonly cert: string;
  /** For the host names and IP addresses given; 127.0.0.1 and localhost when none are. Servers and clients take it. */
  issue(name: string, hosts?: readonly string[], days?: Days): KeyAndCertificate;
}

/** From and until when it is valid, counted from today. */
export type Days = readonly [from: number, until: number];

const TODAY: Days = [-1, 30];
const IP_ADDRESS = 7;
const DNS_NAME = 2;

export function createAuthority(name = 'Test Authority'): Authority {
  const own = newKey();
  const subject = [{ name: 'commonName', value: name }];
  const certify = (
    publicKey: string,
    attributes: forge.pki.CertificateField[],
    extensions: object[],
    [from, until]: Days,
  ): string => {
    const cert = forge.pki.createCertificate();
    cert.publicKey = forge.pki.publicKeyFromPem(publicKey);
    // Positive, whatever the first byte is.
    cert.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
    cert.validity.notBefore = daysFromNow(from);
    cert.validity.notAfter = daysFromNow(until);
    cert.setSubject(attributes);
    cert.setIssuer(subject);
    cert.setExtensions(extensions);
    cert.sign(forge.pki.privateKeyFromPem(own.rsa), forge.md.sha256.create());
    return forge.pki.certificateToPem(cert);
  };
  const authority = [{ name: 'basicConstraints', cA: true, critical: true }];
  return {
    cert: certify(own.publicKey, subject, authority, TODAY),
    issue: (commonName, hosts = ['127.0.0.1', 'localhost'], days = TODAY) => {
      const made = newKey();
      const altNames = hosts.map((host) =>
        /^[\d.]+$/.test(host) ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host },
      );
      const extensions = [
        { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
        { name: 'subjectAltName', altNames },
      ];
      const attributes = [{ name: 'commonName', value: commonName }];
      return { key: made.key, cert: certify(made.publicKey, attributes, extensions, days) };
    },
  };
}

/** By Node: the library's own way takes seconds. */
function newKey(): { readonly key: string; readonly rsa: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = (type: 'pkcs1' | 'pkcs8'): string =>
    privateKey.export({ type, format: 'pem' }) as string;
  return {
    key: pem('pkcs8'),
    rsa: pem('pkcs1'),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
  };
}

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);
