import { createHash } from 'node:crypto';
import { fromMillis, type Micros, toMillis } from '@portal/billing';
import {
  type CustomerId,
  type CustomerRef,
  customerRef,
  type OrganizationId,
  parseUuid,
} from '@portal/projection';
import { createSigner, createVerifier } from 'fast-jwt';
import { LRUCache } from 'lru-cache';

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

export type TokenCheck =
  | {
      readonly kind: 'valid';
      readonly ref: CustomerRef;
      readonly expiresAt: Micros;
      readonly jti: string | null;
    }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid'; readonly cause: InvalidCause };

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

/** Verified tokens that are remembered, some 500 bytes each. */
const REMEMBERED_MAX = 10_000;

/**
 * Returns the check of one token, whose `exp` may lie so many days ahead. Expiry is told before type and claims, as clients of
 * the endpoint know it, but only of a token whose signature is good. What a good signature says is remembered, by the
 * token's hash; whether it holds now is judged at every call.
 */
export function createTokenVerifier(
  secret: string,
  clock: () => Micros = () => fromMillis(Date.now()),
  lifetimeMaxDays = TOKEN_LIFETIME_MAX_DAYS,
): (token: string) => TokenCheck {
  const lifetimeSeconds = lifetimeMaxDays * 86_400;
  const verify = createVerifier({
    key: secret,
    algorithms: [ALGORITHM],
    // Checked below, to the instant and by the given clock.
    ignoreExpiration: true,
    ignoreNotBefore: true,
  });
  const remembered = new LRUCache<string, Claims>({ max: REMEMBERED_MAX });
  return (token) => {
    const hash = createHash('sha256').update(token).digest('base64');
    const known = remembered.get(hash);
    if (known !== undefined) return judge(known, toMillis(clock()) / 1_000, lifetimeSeconds);
    try {
      const claims = readClaims(verify(token) as unknown);
      if (claims === null) return invalid('claims');
      remembered.set(hash, claims);
      return judge(claims, toMillis(clock()) / 1_000, lifetimeSeconds);
    } catch (error) {
      return { kind: 'invalid', cause: causeOf(error) };
    }
  };
}

/** What a token says whose signature is good. */
interface Claims {
  /** Seconds since 1970. */
  readonly exp: number;
  readonly nbf: number | null;
  readonly isForPortal: boolean;
  /** null: organisation or customer are no ids. */
  readonly ref: CustomerRef | null;
  readonly jti: string | null;
}

/** null: its times are none. */
function readClaims(payload: unknown): Claims | null {
  const claims = payload as Readonly<Record<string, unknown>>;
  const { exp, nbf, type, jti } = claims;
  if (!isTime(exp) || !(nbf === undefined || isTime(nbf))) return null;
  const organization = uuid(claims['organization_id']) as OrganizationId | null;
  const customer = uuid(claims['customer_id']) as CustomerId | null;
  return {
    ...{ exp, nbf: nbf ?? null, isForPortal: type === TOKEN_TYPE },
    ref: organization === null || customer === null ? null : customerRef(organization, customer),
    jti: typeof jti === 'string' ? jti : null,
  };
}

function judge(
  { exp, nbf, isForPortal, ref, jti }: Claims,
  nowSeconds: number,
  lifetimeSeconds: number,
): TokenCheck {
  if (nowSeconds >= exp) return { kind: 'expired' };
  if (nbf !== null && nowSeconds < nbf) return invalid('not_yet_valid');
  if (!isForPortal) return invalid('type');
  if (exp - nowSeconds > lifetimeSeconds) return invalid('lifetime');
  if (ref === null) return invalid('claims');
  return { kind: 'valid', ref, expiresAt: fromMillis(exp * 1_000), jti };
}

const invalid = (cause: InvalidCause): TokenCheck => ({ kind: 'invalid', cause });

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
