import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { fromMillis, type Micros } from '@portal/billing';
import { type CustomerId, type OrganizationId } from '@portal/projection';
import fc from 'fast-check';
import { createTokenVerifier, judgeToken, signPortalToken, type TokenCheck } from '../src/token.ts';

const SECRET = 'k7J2vQ9xT4mN8bR1cW6yZ3pL5dF0gH-sA';
const CUSTOMER = '22222222-2222-4222-8222-222222222222' as CustomerId;
const ORGANIZATION = '11111111-1111-4111-8111-111111111111' as OrganizationId;
const REF = `${ORGANIZATION}:${CUSTOMER}`;
const NOW_SECONDS = 1_795_000_000;
const NOW = fromMillis(NOW_SECONDS * 1_000);

const CLAIMS = {
  customer_id: CUSTOMER,
  organization_id: ORGANIZATION,
  type: 'portal',
  exp: NOW_SECONDS + 3_600,
};

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** A JWT made by hand, so that the code under test is not its own oracle. */
function jwt(claims: unknown, { secret = SECRET, header = {}, hash = 'sha256' } = {}): string {
  const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT', ...header }));
  const input = `${head}.${base64url(JSON.stringify(claims))}`;
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`;
}

const verifier = createTokenVerifier(SECRET);
const verifyAt = (now: Micros) => (token: string) => judgeToken(verifier(token), now);
const verify = verifyAt(NOW);
const invalid = (cause: string) => ({ kind: 'invalid', cause });

describe('a portal token', () => {
  it("issued by today's billing backend is accepted as it is", () => {
    expect(verify(jwt(CLAIMS))).toEqual({
      kind: 'valid',
      ref: REF,
      expiresAt: CLAIMS.exp * 1_000_000,
      jti: null,
    });
  });

  it('names the same customer whatever the case of its ids', () => {
    const claims = { ...CLAIMS, customer_id: CUSTOMER.toUpperCase(), jti: 'a1', iss: 'billing' };
    expect(verify(jwt(claims))).toMatchObject({ kind: 'valid', ref: REF, jti: 'a1' });
  });

  it('expires at the very instant it names', () => {
    const token = jwt({ ...CLAIMS, exp: NOW_SECONDS });
    expect(verifyAt((NOW - 1_000) as Micros)(token).kind).toBe('valid');
    expect(verify(token)).toEqual({ kind: 'expired' });
  });

  it('is not valid before its nbf, and valid at it', () => {
    expect(verify(jwt({ ...CLAIMS, nbf: NOW_SECONDS + 1 }))).toEqual(invalid('not_yet_valid'));
    expect(verify(jwt({ ...CLAIMS, nbf: NOW_SECONDS })).kind).toBe('valid');
  });

  it('may live so long from now and not a second longer', () => {
    const days = (count: number, more = 0) => NOW_SECONDS + count * 86_400 + more;
    expect(verify(jwt({ ...CLAIMS, exp: days(400) })).kind).toBe('valid');
    expect(verify(jwt({ ...CLAIMS, exp: days(400, 1) }))).toEqual(invalid('lifetime'));
    const verifyStrictly = createTokenVerifier(SECRET, 1);
    const strict = (token: string) => judgeToken(verifyStrictly(token), NOW);
    expect(strict(jwt({ ...CLAIMS, exp: days(1) })).kind).toBe('valid');
    expect(strict(jwt({ ...CLAIMS, exp: days(1, 1) }))).toEqual(invalid('lifetime'));
  });

  it('that was verified before is judged for the instant of each use', () => {
    const token = verifier(jwt({ ...CLAIMS, nbf: NOW_SECONDS }));
    const at = (seconds: number) => judgeToken(token, fromMillis(seconds * 1_000)).kind;
    expect([NOW_SECONDS - 1, NOW_SECONDS, CLAIMS.exp - 1, CLAIMS.exp, NOW_SECONDS].map(at)).toEqual(
      ['invalid', 'valid', 'valid', 'expired', 'valid'],
    );
  });

  const { exp: _exp, ...withoutExp } = CLAIMS;
  const { type: _type, ...withoutType } = CLAIMS;
  const unsigned = jwt(CLAIMS).split('.').slice(0, 2).join('.');
  const none = `${base64url('{"alg":"none"}')}.${base64url(JSON.stringify(CLAIMS))}.`;
  it.each<[string, string, TokenCheck]>([
    ['empty', '', invalid('malformed') as TokenCheck],
    ['a word', 'banana', invalid('malformed') as TokenCheck],
    ['three words', 'a.b.c', invalid('malformed') as TokenCheck],
    ['a list for claims', jwt([CLAIMS]), invalid('malformed') as TokenCheck],
    ['without a signature', `${unsigned}.`, invalid('signature') as TokenCheck],
    ['unsigned by algorithm', none, invalid('signature') as TokenCheck],
    [
      'signed by another',
      jwt(CLAIMS, { secret: `${SECRET}!` }),
      invalid('signature') as TokenCheck,
    ],
    [
      'expired and signed by another',
      jwt({ ...CLAIMS, exp: 1 }, { secret: `${SECRET}!` }),
      invalid('signature') as TokenCheck,
    ],
    [
      'of another algorithm of the same family',
      jwt(CLAIMS, { header: { alg: 'HS512' }, hash: 'sha512' }),
      invalid('algorithm') as TokenCheck,
    ],
    [
      'with an unknown critical header',
      jwt(CLAIMS, { header: { crit: ['b64'], b64: false } }),
      invalid('malformed') as TokenCheck,
    ],
    ['of another type', jwt({ ...CLAIMS, type: 'access' }), invalid('type') as TokenCheck],
    ['without a type', jwt(withoutType), invalid('type') as TokenCheck],
    [
      'expired and of another type',
      jwt({ ...CLAIMS, type: 'access', exp: 1 }),
      { kind: 'expired' },
    ],
    ['without exp', jwt(withoutExp), invalid('claims') as TokenCheck],
    ['with exp as text', jwt({ ...CLAIMS, exp: '1795003600' }), invalid('claims') as TokenCheck],
    ['with exp beyond all time', jwt({ ...CLAIMS, exp: 1e300 }), invalid('claims') as TokenCheck],
    ['with nbf as text', jwt({ ...CLAIMS, nbf: 'now' }), invalid('claims') as TokenCheck],
    [
      'of no organisation',
      jwt({ ...CLAIMS, organization_id: undefined }),
      invalid('claims') as TokenCheck,
    ],
    [
      'of a customer that is no uuid',
      jwt({ ...CLAIMS, customer_id: '7' }),
      invalid('claims') as TokenCheck,
    ],
    [
      'of a customer with a colon',
      jwt({ ...CLAIMS, customer_id: REF }),
      invalid('claims') as TokenCheck,
    ],
    [
      'of a customer in a list',
      jwt({ ...CLAIMS, customer_id: [CUSTOMER] }),
      invalid('claims') as TokenCheck,
    ],
  ])('%s is refused with its cause', (_name, token, expected) => {
    expect(verify(token)).toEqual(expected);
  });

  it('is never valid, and never throws, for any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (text) => {
        expect(verify(text).kind).toBe('invalid');
      }),
    );
  });

  it('is never valid once a character of header or claims is changed', () => {
    const token = jwt(CLAIMS);
    const signed = token.lastIndexOf('.');
    fc.assert(
      fc.property(
        fc.nat({ max: signed - 1 }),
        fc.constantFrom('A', 'a', '0', '-', '_', '.'),
        (index, character) => {
          fc.pre(token[index] !== character);
          const changed = token.slice(0, index) + character + token.slice(index + 1);
          expect(verify(changed).kind).toBe('invalid');
        },
      ),
    );
  });

  it('never carries claims that throw, whatever JSON they are', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...Object.keys(CLAIMS), 'nbf', 'jti'), fc.jsonValue()),
        (odd) => {
          const check = verify(jwt({ ...CLAIMS, ...odd }));
          if (check.kind === 'valid') expect(check.ref).toBe(REF);
        },
      ),
    );
  });
});

describe('signPortalToken', () => {
  it('makes an HS256 token with exactly the claims of the contract', () => {
    const token = signPortalToken(SECRET, {
      organizationId: ORGANIZATION,
      customerId: CUSTOMER,
      expiresAt: (CLAIMS.exp * 1_000_000 + 999_999) as Micros,
    });
    const [head = '', claims = '', signature] = token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual(CLAIMS);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({ alg: 'HS256' });
    const expected = createHmac('sha256', SECRET).update(`${head}.${claims}`).digest('base64url');
    expect(signature).toBe(expected);
  });

  it('carries a token id when given one', () => {
    const claims = { organizationId: ORGANIZATION, customerId: CUSTOMER, jti: 'x-1' };
    const token = signPortalToken(SECRET, { ...claims, expiresAt: (NOW + 1e6) as Micros });
    expect(verify(token)).toMatchObject({ kind: 'valid', jti: 'x-1' });
  });
});
