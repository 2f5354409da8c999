import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkSecret } from '../src/secret.ts';

describe('checkSecret', () => {
  it.each([
    [32, 'hex'],
    [32, 'base64'],
    [32, 'base64url'],
    [24, 'base64'],
    [48, 'base64'],
    [16, 'hex'],
  ] as const)('takes %i random bytes as %s', (size, spelling) => {
    const bytes = fc.uint8Array({ minLength: size, maxLength: size, max: 255 });
    fc.assert(
      // Uniform bytes: the arbitrary's own taste for small values is no randomness.
      fc.property(fc.noBias(bytes), (random) => {
        expect(checkSecret(Buffer.from(random).toString(spelling))).toEqual({ kind: 'good' });
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['', 'empty'],
    ['secret', 'well-known'],
    ['portal-secret-change-me', 'well-known'],
    ['portal-secret-change-me-portal-secret-change-me', 'well-known'],
    ['CHANGEME', 'well-known'],
    ['a-string-secret-at-least-256-bits-long', 'well-known'],
    ['x7Kp2', '5 bytes'],
    ['q'.repeat(64), 'repeats'],
    ['12345678901234567890123456789012', 'easy to guess'],
    ['0123456789abcdef0123456789abcdef', 'easy to guess'],
    ['zyxwvutsrqponmlkjihgfedcba98765432', 'easy to guess'],
    ['qwertyuiopasdfghjklzxcvbnmqwertyuiop', 'easy to guess'],
    ['Password123!Password123!Password123!', 'easy to guess'],
    ['MyCompanyBillingPortalSecret2026!!', 'easy to guess'],
    ['correcthorsebatterystaplecorrecthorse', 'easy to guess'],
    ['test-secret-test-secret-test-secret-123', 'easy to guess'],
    ['deadbeefcafe01deadbeefcafe01deadbeef', 'easy to guess'],
    ['x7Kp2qN9x7Kp2qN9x7Kp2qN9x7Kp2qN9', 'easy to guess'],
    ['12345678901234567890123456789012', 'openssl rand -hex 32'],
  ])('refuses %j and says why', (secret, why) => {
    const check = checkSecret(secret);
    expect(check.kind === 'refused' ? check.problem : 'taken').toContain(why);
  });

  it('counts bytes, not characters', () => {
    expect(checkSecret('äöüßéèêçñøå€æœþð')).toEqual({ kind: 'good' });
    expect(checkSecret('aouBeeecnoaEaatd').kind).toBe('refused');
  });

  it('never repeats a secret in what it says', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, maxLength: 31 }), (secret) => {
        const check = checkSecret(`~${secret}`);
        if (check.kind === 'refused') expect(check.problem).not.toContain(`~${secret}`);
      }),
    );
  });
});
