import { describe, expect, it } from '@jest/globals';
import { sampleOf } from '../src/token.ts';
import { EMBEDDED } from './canned.ts';

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = (customer: string, issued: number): string =>
  [part({ alg: 'HS256' }), part({ customer_id: customer, iat: issued }), 'signature'].join('.');

const [first, second] = EMBEDDED.customers;
const samples = [
  { ...first!, token: token('c-1', 1) },
  { ...second!, token: token('c-2', 1) },
];

describe('the sample a token belongs to', () => {
  it('is the one with that very token', () => {
    expect(sampleOf(token('c-2', 1), samples)).toBe(samples[1]);
  });

  it('is the one of the same customer when the token was signed again', () => {
    expect(sampleOf(token('c-2', 99), samples)).toBe(samples[1]);
  });

  it.each([token('stranger', 1), '', 'no-token', 'a.%%%.c'])('is none for %s', (other) => {
    expect(sampleOf(other, samples)).toBeNull();
  });
});
