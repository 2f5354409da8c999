import { estimateBits } from './strength.ts';

/** HS256 is only as strong as its key: below the hash's own length it can be searched for. */
const SECRET_BYTES_MIN = 32;

/**
 * Bits a guesser must have to try, as we estimate them from below: out of anybody's reach, and so far below what 24
 * random bytes come to that none of them is ever refused.
 */
const BITS_MIN = 80;

/** Secrets that stand in documentation and examples. */
const WELL_KNOWN = [
  'secret',
  'password',
  'portal-secret',
  'your-256-bit-secret',
  'a-string-secret-at-least-256-bits-long',
];
const PLACEHOLDER = /change[-_ ]?(me|this|it)/i;

export type SecretCheck =
  { readonly kind: 'good' } | { readonly kind: 'refused'; readonly problem: string };

/**
 * May this secret sign portal tokens outside the embedded mode? `problem` never holds the secret.
 */
export function checkSecret(secret: string): SecretCheck {
  if (secret === '') return refused('it is empty');
  if (WELL_KNOWN.includes(secret.toLowerCase()) || PLACEHOLDER.test(secret)) {
    return refused('it is a well-known example secret');
  }
  const bytes = new TextEncoder().encode(secret).length;
  if (bytes < SECRET_BYTES_MIN) {
    return refused(`it has ${bytes} bytes, and at least ${SECRET_BYTES_MIN} are needed`);
  }
  if (new Set(secret).size < 8) return refused('it repeats too few characters');
  const bits = estimateBits(secret);
  if (bits < BITS_MIN) {
    return refused(
      `it is easy to guess: words, repeats, sequences leave it some ${bits} bits, and ${BITS_MIN} are needed`,
    );
  }
  return { kind: 'good' };
}

const refused = (problem: string): SecretCheck => ({
  kind: 'refused',
  problem: `${problem}; make one with: openssl rand -hex 32`,
});
