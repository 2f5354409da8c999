import { fromMillis, type Micros, toMillis } from '@portal/billing';
import {
  type CustomerId,
  type CustomerRef,
  customerRef,
  type OrganizationId,
  parseUuid,
} from '@portal/projection';
import { createSigner, createVerifier } from 'fast-jwt';

/** The only algorithm: a token that names another one, `none` included, is refused unread. */
const ALGORITHM = 'HS256';
const TOKEN_TYPE = 'portal';

/**
 * malformed:     not a JWT at all, or empty.
 * algorithm:     signed by another algorithm than the pinned one.
 * signature:     signed by somebody else, or not at all.
 * type:          a good token of ours, but not for the portal.
 * claims:        a claim is missing or of the wrong form.
 * not_yet_valid: its `nbf` lies ahead.
 * lifetime:      its `exp` lies further ahead than a token may live.
 */
export type InvalidCause =
  'malformed' | 'algorithm' | 'signature' | 'type' | 'claims' | 'not_yet_valid' | 'lifetime';

/** How long a token may be valid from now unless said otherwise: a year and some. */
export const TOKEN_LIFETIME_MAX_DAYS = 400;

export type TokenCheck = ValidToken | { readonly kind: 'expired' } | InvalidToken;

export interface ValidToken {
  readonly kind: 'valid';
  readonly ref: CustomerRef;
  readonly expiresAt: Micros;
  readonly jti: string | null;
}

export interface InvalidToken {
  readonly kind: 'invalid';
  readonly cause: InvalidCause;
}

export interface PortalTokenClaims {
  readonly organizationId: OrganizationId;
  readonly customerId: CustomerId;
  /** Whole seconds count: the fraction is dropped, as JWT dates have none. */
  readonly expiresAt: Micros;
  readonly jti?: string;
}

/** Issues a token for one customer's dashboard. */
export function signPortalToken(secret: string, claims: PortalTokenClaims): string {
  const sign = createSigner({ key: secret, algorithm: ALGORITHM, noTimestamp: true });
  return sign({
    customer_id: claims.customerId,
    organization_id: claims.organizationId,
    type: TOKEN_TYPE,
    exp: Math.floor(toMillis(claims.expiresAt) / 1_000),
    ...(claims.jti === undefined ? {} : { jti: claims.jti }),
  });
}

/** A token whose signature is good. What it says does not change; whether it holds does: see `judgeToken`. */
export interface SignedToken {
  readonly kind: 'signed';
  /** Seconds since 1970. */
  readonly exp: number;
  readonly nbf: number | null;
  readonly isForPortal: boolean;
  /** What it is while its times hold; null: organisation or customer are no ids. */
  readonly valid: ValidToken | null;
  readonly lifetimeSeconds: number;
}

/**
 * Returns the check of a token's signature and form. What it returns may be kept, and is to be judged whenever it is used;
 * `exp` may lie so many days ahead then.
 */
export function createTokenVerifier(
  secret: string,
  lifetimeMaxDays = TOKEN_LIFETIME_MAX_DAYS,
): (token: string) => SignedToken | InvalidToken {
  const verify = createVerifier({
    key: secret,
    algorithms: [ALGORITHM],
    // Judged below, to the instant and by the caller's clock.
    ignoreExpiration: true,
    ignoreNotBefore: true,
  });
  return (token) => {
    try {
      return readClaims(verify(token) as unknown, lifetimeMaxDays * 86_400);
    } catch (error) {
      return invalid(causeOf(error));
    }
  };
}

/**
 * Whether the token holds at this instant. Expiry is told before type and claims, as clients of the endpoint know it, but
 * only of a token whose signature is good.
 */
export function judgeToken(token: SignedToken | InvalidToken, now: Micros): TokenCheck {
  if (token.kind === 'invalid') return token;
  const { exp, nbf, isForPortal, valid, lifetimeSeconds } = token;
  const nowSeconds = toMillis(now) / 1_000;
  if (nowSeconds >= exp) return { kind: 'expired' };
  if (nbf !== null && nowSeconds < nbf) return invalid('not_yet_valid');
  if (!isForPortal) return invalid('type');
  if (exp - nowSeconds > lifetimeSeconds) return invalid('lifetime');
  return valid ?? invalid('claims');
}

/** Of a good signature; invalid where its times are none. */
function readClaims(payload: unknown, lifetimeSeconds: number): SignedToken | InvalidToken {
  const claims = payload as Readonly<Record<string, unknown>>;
  const { exp, nbf, type, jti } = claims;
  if (!isTime(exp) || !(nbf === undefined || isTime(nbf))) return invalid('claims');
  const organization = uuid(claims['organization_id']) as OrganizationId | null;
  const customer = uuid(claims['customer_id']) as CustomerId | null;
  const valid: ValidToken | null =
    organization === null || customer === null
      ? null
      : {
          kind: 'valid',
          ref: customerRef(organization, customer),
          expiresAt: fromMillis(exp * 1_000),
          jti: typeof jti === 'string' ? jti : null,
        };
  const isForPortal = type === TOKEN_TYPE;
  return { kind: 'signed', exp, nbf: nbf ?? null, isForPortal, valid, lifetimeSeconds };
}

const invalid = (cause: InvalidCause): InvalidToken => ({ kind: 'invalid', cause });

const uuid = (value: unknown): string | null =>
  typeof value === 'string' ? parseUuid(value) : null;

/** Seconds since 1970 that still fit whole microseconds. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) < 9e9;

function causeOf(error: unknown): InvalidCause {
  switch ((error as { code?: unknown }).code) {
    case 'FAST_JWT_INVALID_ALGORITHM':
      return 'algorithm';
    case 'FAST_JWT_INVALID_SIGNATURE':
    case 'FAST_JWT_MISSING_SIGNATURE':
      return 'signature';
    default:
      return 'malformed';
  }
}
