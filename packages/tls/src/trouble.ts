/** The variables to check, by the names an operator knows; null: there is none. */
export interface TlsNames {
  /** Says whether TLS is spoken. */
  readonly tls: string;
  readonly ca: string;
  readonly cert: string | null;
  readonly serverName: string | null;
}

/**
 * What a failed connection says of TLS, as the end of a sentence that begins with the server's name; null when it
 * says nothing of it. Takes anything that may be thrown, and reads only its code and the start of its text.
 */
export function tlsTrouble(error: unknown, names: TlsNames): string | null {
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const text = `${typeof code === 'string' ? code : ''} ${typeof message === 'string' ? message.slice(0, 500) : ''}`;
  const kind = KINDS.find(([pattern]) => pattern.test(text))?.[1];
  return kind === undefined ? null : sentence(kind, names);
}

type Kind = 'untrusted' | 'wrong_name' | 'not_now' | 'no_tls' | 'client_refused';

/** By Node's codes, and by OpenSSL's words where a library kept nothing but the text. Its spelling varies with its version. */
const KINDS: readonly (readonly [RegExp, Kind])[] = [
  [
    /ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|does not match certificate's altnames/i,
    'wrong_name',
  ],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|certificate (?:has expired|is not yet valid)/i, 'not_now'],
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:SIGNATURE_FAILURE|UNTRUSTED|REVOKED|REJECTED)|INVALID_CA|INVALID_PURPOSE|self[- ]signed certificate|unable to (?:verify the first|get (?:local )?issuer) certificate/i,
    'untrusted',
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|wrong version number|packet length too long|disconnected before secure TLS connection/i,
    'no_tls',
  ],
  [
    /ALERT_(?:CERTIFICATE|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|UNSUPPORTED_CERTIFICATE)|alert (?:certificate|bad certificate|unknown ca|handshake failure|unsupported certificate)/i,
    'client_refused',
  ],
];

function sentence(kind: Kind, { tls, ca, cert, serverName }: TlsNames): string {
  switch (kind) {
    case 'untrusted':
      return `shows a certificate that no authority we trust has signed; see ${ca}`;
    case 'wrong_name':
      return `shows a certificate for another name than the address has${see(serverName)}`;
    case 'not_now':
      return 'shows a certificate that has expired or is not valid yet';
    case 'no_tls':
      return `ends the connection before TLS begins: does it speak TLS on that port? See ${tls}`;
    case 'client_refused':
      return `refuses our client certificate, or that there is none${see(cert)}`;
    default:
      return kind satisfies never;
  }
}

const see = (name: string | null): string => (name === null ? '' : `; see ${name}`);
