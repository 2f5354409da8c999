import { X509Certificate } from 'node:crypto';
import { type ConnectionOptions, createSecureContext } from 'node:tls';

/** What one side of a TLS connection trusts and shows, as PEM texts. */
export interface TlsSettings {
  /** The only authorities to trust; null: those that Node trusts by itself. */
  readonly ca: string | null;
  /** Shown to a server that asks who we are. */
  readonly client: { readonly cert: string; readonly key: string } | null;
  /** The name the server's certificate must have; null: the host that is connected to. */
  readonly serverName: string | null;
}

/** For `connect` of node:tls and whatever passes its options on. */
export function tlsOptions({
  ca,
  client,
  serverName,
}: TlsSettings): Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername'> {
  return {
    ...(ca === null ? {} : { ca }),
    ...(client === null ? {} : { cert: client.cert, key: client.key }),
    ...(serverName === null ? {} : { servername: serverName }),
  };
}

/** What is wrong with the texts, and which of them; null: nothing. Never holds any of them. */
export function tlsProblem({
  ca,
  client,
}: TlsSettings): { readonly at: 'ca' | 'cert' | 'key'; readonly problem: string } | null {
  if (ca !== null && !isCertificate(ca)) return { at: 'ca', problem: NO_CERTIFICATE };
  if (client === null) return null;
  if (!isCertificate(client.cert)) return { at: 'cert', problem: NO_CERTIFICATE };
  if (client.key.includes('ENCRYPTED')) return { at: 'key', problem: 'the key has a passphrase' };
  try {
    createSecureContext({ cert: client.cert, key: client.key });
    return null;
  } catch (error) {
    const mismatch = (error as { code?: unknown }).code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH';
    const problem = mismatch
      ? 'the key does not belong to the certificate'
      : 'the file holds no private key in PEM';
    return { at: 'key', problem };
  }
}

const NO_CERTIFICATE = 'the file holds no certificate in PEM';

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== '';
  } catch {
    return false;
  }
}
