import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLogger } from '../src/logger.ts';
import { redact } from '../src/redact.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJ0eXBlIjoicG9ydGFsIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';

function captured() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ service: 'test', level: 'info', destination }) };
}

describe('a log line', () => {
  it('is one JSON object with level, time and service', () => {
    const { lines, logger } = captured();
    logger.info({ customer: 'a:b' }, 'hello');
    logger.debug('not at this level');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      ...{ level: 'info', service: 'test', customer: 'a:b', msg: 'hello' },
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as unknown,
    });
  });

  it('never holds a token, wherever it was put', () => {
    const { lines, logger } = captured();
    const child = logger.child({ url: `/portal/dashboard_summary?token=${TOKEN}&include=meta` });
    child.info({ headers: { authorization: `Bearer ${TOKEN}` } }, `read with ${TOKEN}`);
    child.warn({ deep: [{ er: { token: 'opaque-token-value' } }] });
    child.error(new Error(`cannot verify ${TOKEN}`));
    const text = lines.join('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toHaveLength(3);
    expect(text).not.toContain(TOKEN.slice(0, 12));
    expect(text).not.toContain('c2lnbmF0dXJl');
    expect(text).not.toContain('opaque-token-value');
    expect(text).toContain('include=meta');
  });
});

describe('redact', () => {
  it.each([
    ['?token=abc&x=1', '?token=[redacted]&x=1'],
    ['?access_token=abc', '?access_token=[redacted]'],
    ['Authorization: Bearer abc', 'Authorization: Bearer [redacted]'],
    ['{"password":"a\\"b","n":1}', '{"password":"[redacted]","n":1}'],
    ['{"customer":"a:b","status":200}', '{"customer":"a:b","status":200}'],
    ['they key.value.pair', 'they key.value.pair'],
  ])('%j becomes %j', (line, expected) => {
    expect(redact(line)).toBe(expected);
  });

  it('leaves a line of JSON a line of JSON, and takes every token out', () => {
    const holder = fc.constantFrom(
      (token: string) => `/x?a=1&token=${token}`,
      (token: string) => `bearer ${token}`,
      (token: string) => JSON.stringify({ token }),
      (token: string) => token,
    );
    const text = fc.oneof(
      fc.string(),
      holder.map((put) => put(TOKEN)),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), text, (fields, message) => {
        const line = JSON.stringify({ ...Object.fromEntries(fields), message });
        const safe = redact(line);
        expect(() => JSON.parse(safe) as unknown).not.toThrow();
        expect(safe).not.toContain(TOKEN.slice(-20));
      }),
    );
  });
});
