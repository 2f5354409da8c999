import { type TlsSettings, tlsProblem } from '@portal/tls';

/** The four variables of one server's TLS, as they were read. */
export interface TlsTexts {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
}

export interface TlsVariables {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** The settings, or what is wrong with them, by the variable's name. */
export function tlsFrom(
  { ca, cert, key, serverName }: TlsTexts,
  names: TlsVariables,
): { readonly settings: TlsSettings } | { readonly problem: string } {
  if (cert !== undefined && key === undefined) {
    return { problem: `${names.key}: is not set; ${names.cert} is of no use without it` };
  }
  if (key !== undefined && cert === undefined) {
    return { problem: `${names.cert}: is not set; ${names.key} is of no use without it` };
  }
  const settings: TlsSettings = {
    ca: ca ?? null,
    client: cert === undefined || key === undefined ? null : { cert, key },
    serverName: serverName ?? null,
  };
  const wrong = tlsProblem(settings);
  return wrong === null ? { settings } : { problem: `${names[wrong.at]}: ${wrong.problem}` };
}
