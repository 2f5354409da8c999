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

describe('a log line that somebody else has a say in', () => {
  it('holds the beginning of a long text and says how long it was', () => {
    const { lines, logger } = captured();
    logger.info({ field: 'é"'.repeat(50_000) }, 'm'.repeat(5_000));
    const { field, msg } = JSON.parse(lines[0]!) as Record<string, string>;
    expect(field).toBe(`${'é"'.repeat(1_000)}… (100000 characters)`);
    expect(msg).toBe(`${'m'.repeat(2_000)}… (5000 characters)`);
  });

  it('keeps what it is about, however much and however deep', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `item ${index}`);
    const wide = Object.fromEntries(many.map((name) => [name, name]));
    const deep = many.slice(0, 500).reduce<object>((inner) => ({ inner }), {});
    const { lines, logger } = captured();
    for (const field of [many, wide, deep, [wide, many, 'x'.repeat(1_000_000)]]) {
      logger.warn({ field, err: new Error('e'.repeat(100_000)) }, 'what happened');
    }
    expect(lines).toHaveLength(4);
    for (const line of lines) {
      expect(line.length).toBeLessThan(20_000);
      expect(line.endsWith('}\n')).toBe(true);
      expect(JSON.parse(line)).toMatchObject({
        ...{ level: 'warn', service: 'test', msg: 'what happened' },
      });
    }
  });

  it('holds no part of a token that is cut in two', () => {
    const { lines, logger } = captured();
    for (const before of [1_950, 1_965, 1_990]) logger.info(`${'-'.repeat(before)} ${TOKEN}`);
    for (const line of lines) expect(line).not.toContain(TOKEN.split('.')[1]!.slice(0, 12));
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
    [`line\\n${TOKEN} end`, 'line\\n[redacted] end'],
    [`next=%2Fx%3Fq%3D${TOKEN}%26a`, 'next=%2Fx%3Fq%3D[redacted]%26a'],
    [`x-${TOKEN}.fourth.fifth rest`, 'x-[redacted] rest'],
    ['next=%2Fx%3Ftoken%3Dabc%26a', 'next=%2Fx%3Ftoken%3D[redacted]'],
    ['Authorization:+Bearer%20abc', 'Authorization:+Bearer%20[redacted]'],
    ['redis://user:pa:ss@host:6379/0', 'redis://user:[redacted]@host:6379/0'],
    ['http://127.0.0.1:8080/x?y=a@b', 'http://127.0.0.1:8080/x?y=a@b'],
    [
      '{"access_token":"abc","JWT_SECRET" : "d"}',
      '{"access_token":"[redacted]","JWT_SECRET" : "[redacted]"}',
    ],
    [
      '{"m":"{\\"token\\":\\"abc\\",\\"n\\":1}"}',
      '{"m":"{\\"token\\":\\"[redacted]\\",\\"n\\":1}"}',
    ],
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
