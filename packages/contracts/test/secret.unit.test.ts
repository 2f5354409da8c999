import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkSecret } from '../src/secret.ts';

describe('checkSecret', () => {
  it('takes random secrets of 32 bytes and more, in any usual spelling', () => {
    for (const spelling of ['base64', 'base64url', 'hex'] as const) {
      expect(checkSecret(randomBytes(32).toString(spelling))).toEqual({ kind: 'good' });
    }
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
