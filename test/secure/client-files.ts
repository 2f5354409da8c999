import { createAuthority } from '@portal/testkit';

/** Signs what servers and clients of the test show each other. */
export const authority = createAuthority();
export const stranger = createAuthority('Somebody Else');

/** What a client may be given: authorities, our certificate with its key, and one of a stranger's. */
export function clientTexts(): Readonly<Record<string, string>> {
  const [client, foreign] = [authority.issue('client'), stranger.issue('client')];
  return {
    'ca.pem': authority.cert,
    'other-ca.pem': stranger.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'foreign.pem': foreign.cert,
    'foreign.key': foreign.key,
  };
}
