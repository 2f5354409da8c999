import { describe, expect, it } from '@jest/globals';
import { unreached } from '../src/index.ts';

describe('a peer that is not reached', () => {
  it.each([
    [
      'Connection error: connect ECONNREFUSED 127.0.0.1:1',
      '127.0.0.1:1: nobody listens there (ECONNREFUSED)',
    ],
    [
      'portal-dashboard - Error, status 400: connect ECONNREFUSED ::1:1',
      '::1:1: nobody listens there (ECONNREFUSED)',
    ],
    ['getaddrinfo ENOTFOUND kafka.example', 'kafka.example: no such host (ENOTFOUND)'],
    ['read ECONNRESET', 'the connection was closed (ECONNRESET)'],
    ['write EPIPE', 'the connection was closed (EPIPE)'],
    ['connect ETIMEDOUT 10.0.0.1:6379', '10.0.0.1:6379: no answer in time (ETIMEDOUT)'],
  ])('%s', (text, plain) => {
    expect(unreached(text)).toBe(plain);
  });

  it.each([
    '',
    'The coordinator is not aware of this member',
    'open ENOENT /tmp/file',
    'x'.repeat(1e6),
  ])('is not what %.60s tells of', (text) => {
    expect(unreached(text)).toBeNull();
  });
});
