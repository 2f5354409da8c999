import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireService } from '../src/services.ts';

describe('requireService', () => {
  const before = { ...process.env };
  beforeEach(() => {
    delete process.env['PORTAL_SERVICE_USE'];
  });
  afterEach(() => {
    process.env = { ...before };
  });

  it('gives the address from the environment', () => {
    process.env['REDIS_URL'] = 'redis://127.0.0.1:1';
    expect(requireService('REDIS_URL')).toBe('redis://127.0.0.1:1');
  });

  it.each([undefined, ''])('fails with the remedy when the address is %p', (address) => {
    if (address === undefined) delete process.env['KAFKA_BROKERS'];
    else process.env['KAFKA_BROKERS'] = address;
    expect(() => requireService('KAFKA_BROKERS')).toThrow(/KAFKA_BROKERS.*npm test.*npm run stack/);
  });

  it('notes which test file used which service, so that the uses can be counted', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'service-use-')), 'use.tsv');
    process.env['PORTAL_SERVICE_USE'] = file;
    process.env['REDIS_URL'] = 'redis://127.0.0.1:1';
    requireService('REDIS_URL');
    expect(readFileSync(file, 'utf8')).toBe(`REDIS_URL\t${__filename}\n`);
  });
});
