import { describe, expect, it } from '@jest/globals';
import { type Micros } from '@portal/billing';
import { createTokenVerifier } from '@portal/contracts';
import { createQuestions, type QuestionSource } from '../src/questions.ts';
import { NOW, SECRET, token } from './support/reader.ts';

function counted() {
  const verify = createTokenVerifier(SECRET);
  const checked: string[] = [];
  const readQuestion = createQuestions({
    allowAt: false,
    verifyToken: (text) => {
      checked.push(text);
      return verify(text);
    },
  });
  const ask = (url: string, authorization?: string, now = NOW) => {
    const asked: QuestionSource = { url, authorization };
    const read = readQuestion(asked);
    return read.kind === 'good' ? read.question.checkAt(now).kind : read.kind;
  };
  return { checked, ask };
}

const PATH = '/portal/dashboard_summary';
const later = (seconds: number): Micros => (NOW + seconds * 1_000_000) as Micros;

describe('a request that came before', () => {
  it('has its signature checked once, and its times each time', () => {
    const { checked, ask } = counted();
    const url = `${PATH}?token=${token()}`;
    const kinds = [0, 59, 60, 0].map((seconds) => ask(url, undefined, later(seconds)));
    expect(kinds).toEqual(['valid', 'valid', 'expired', 'valid']);
    expect(checked).toHaveLength(1);
  });

  it('is another one with another header', () => {
    const { ask } = counted();
    const other = token({ customer_id: '33333333-3333-4333-8333-333333333333' });
    expect(ask(PATH, `Bearer ${token()}`)).toBe('valid');
    expect(ask(PATH)).toBe('malformed');
    expect(ask(PATH, `Bearer ${other}x`)).toBe('invalid');
    expect(ask(PATH, `Bearer ${other}`)).toBe('valid');
    expect(ask(PATH, `Bearer ${token()}`)).toBe('valid');
  });

  it('is read anew where its signature is not good: nobody fills the memory without a token', () => {
    const { checked, ask } = counted();
    const url = `${PATH}?token=${token({}, 'another-secret-of-32-characters-x')}`;
    expect([ask(url), ask(url)]).toEqual(['invalid', 'invalid']);
    expect(checked).toHaveLength(2);
  });
});
