import { createHmac, randomUUID } from 'node:crypto';
import { type CustomerId } from '@portal/projection';
import { CUSTOMER } from '@portal/testkit';
import fc from 'fast-check';
import { NOW, seconds, SECRET, token } from '../support/reader.ts';

/** What a token must lead to: an answer, or the exact text and cause of the refusal. */
export type Meaning =
  | { readonly kind: 'customer'; readonly index: number }
  | { readonly kind: 'stranger' }
  | { readonly kind: 'refused'; readonly detail: string; readonly cause: string };

export interface Named {
  readonly meaning: Meaning;
  readonly text: string;
}

const EXPIRED = 'Portal token has expired';
const INVALID = 'Invalid portal token';

/** Tokens of every kind; most of them good, so that most requests get as far as an answer. */
export function arbitraryToken(customers: readonly CustomerId[]): fc.Arbitrary<Named> {
  const good = customers.map((customer_id, index): Named => ({
    meaning: { kind: 'customer', index },
    text: token({ customer_id }),
  }));
  const [customer_id] = customers;
  const strangers = [
    token({ customer_id: randomUUID() }),
    token({ customer_id, organization_id: randomUUID() }),
    token({ customer_id: CUSTOMER }),
  ].map((text): Named => ({ meaning: { kind: 'stranger' }, text }));
  return fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: fc.constantFrom(...strangers) },
    { weight: 2, arbitrary: fc.constantFrom(...refusedOf({ customer_id })) },
    { weight: 2, arbitrary: arbitraryNoToken.map((text) => refused(text, 'malformed')) },
  );
}

const refused = (text: string, cause: string): Named => ({
  text,
  meaning: { kind: 'refused', cause, detail: cause === 'expired' ? EXPIRED : INVALID },
});

const refusedOf = (claims: object): readonly Named[] => [
  refused(token({ ...claims, exp: seconds(NOW) }), 'expired'),
  refused(token({ ...claims, exp: 0 }), 'expired'),
  refused(token({ ...claims, exp: undefined }), 'claims'),
  refused(token({ ...claims, exp: 'tomorrow' }), 'claims'),
  refused(token({ ...claims, nbf: seconds(NOW) + 1 }), 'not_yet_valid'),
  refused(token({ ...claims, type: 'access' }), 'type'),
  refused(token({ ...claims, type: undefined }), 'type'),
  refused(token({ customer_id: undefined }), 'claims'),
  refused(token({ customer_id: 'acme' }), 'claims'),
  refused(token({ customer_id: [CUSTOMER] }), 'claims'),
  refused(token({ ...claims, organization_id: 7 }), 'claims'),
  refused(token(claims, `${SECRET}x`), 'signature'),
  refused(withHeader({ alg: 'HS512', typ: 'JWT' }, claims), 'algorithm'),
  refused(withHeader({ alg: 'none', typ: 'JWT' }, claims), 'algorithm'),
];

/** The payload of a good token under another header, signed with the right secret. */
function withHeader(header: object, claims: object): string {
  const head = Buffer.from(JSON.stringify(header)).toString('base64url');
  const input = `${head}.${token(claims).split('.')[1]}`;
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

/** No dots in it, so no accident makes it a token. */
const arbitraryNoToken = fc.oneof(
  fc.constantFrom('', ' ', 'null', '{}', '0', 'x'.repeat(2_000), '\0', '🚲', 'Bearer x'),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replaceAll('.', '')),
);
