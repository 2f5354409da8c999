import { describe, expect, it } from '@jest/globals';
import { encodeEvent, SCHEMA_TEXTS } from '@portal/contracts';
import { aCustomer, aUsage } from '@portal/testkit';
import { outcomeOf } from './foreign.ts';
import { charge, decode, valueOf } from './values.ts';

const NOT_UNICODE = 'must be Unicode text: it holds bytes or halves of characters that are none';
const refused = (field: string): object => ({
  kind: 'undecodable',
  error: { code: 'contract_invalid', field, reason: NOT_UNICODE },
});

/** Our own bytes of an event with some of them replaced, so that the text they are in is none any more. */
function damaged(event: Parameters<typeof encodeEvent>[0], text: string, bytes: number[]): Buffer {
  const value = encodeEvent(event, 7);
  const at = value.indexOf(text);
  if (at === -1) throw new Error(`${text} is not in the value`);
  Buffer.from(bytes).copy(value, at);
  return value;
}

describe('a text in Avro that is no UTF-8', () => {
  it.each([
    ['a stray byte', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a character cut short', [0xe2, 0x82]],
    ['a character beyond the last', [0xf4, 0x90, 0x80, 0x80]],
  ])('is refused, never replaced: %s', (_, bytes) => {
    const event = aUsage({}, { event_id: 'an id that is short' });
    const read = outcomeOf('usage', SCHEMA_TEXTS.usage, damaged(event, 'short', bytes));
    expect(read).toEqual(refused('event_id'));
    const longer = aUsage({}, { event_id: `an id that is very long ${'x'.repeat(100)}` });
    const other = outcomeOf('usage', SCHEMA_TEXTS.usage, damaged(longer, 'very', bytes));
    expect(other).toEqual(refused('event_id'));
  });

  it('is refused in the keys and values of maps', () => {
    const event = aUsage({ dimensions: { region: 'europe' } }, { event_id: 'e-1' });
    const value = (text: string): unknown =>
      outcomeOf('usage', SCHEMA_TEXTS.usage, damaged(event, text, [0xff]));
    expect(value('europe')).toEqual(refused('usage.dimensions.region'));
    expect(value('region')).toEqual(refused('usage.dimensions'));
  });

  it('is told from a replacement character that somebody wrote', () => {
    const event = aCustomer({ name: 'caf\ufffd of a broken import' });
    const read = outcomeOf('customers', SCHEMA_TEXTS.customers, encodeEvent(event, 7));
    expect(read).toEqual({ kind: 'event', event });
  });
});

describe('half of a character in JSON', () => {
  it.each(['\ud800', 'a\udfff', '\udc00\ud800'])('is refused in every text: %j', (text) => {
    expect(decode('usage', valueOf('usage', { event_id: text }))).toEqual(refused('event_id'));
    expect(decode('usage', valueOf('usage', { source: text }))).toEqual(refused('source'));
    expect(decode('usage', valueOf('usage', { 'usage.dimensions': { a: text } }))).toEqual(
      refused('usage.dimensions.a'),
    );
    expect(decode('usage', valueOf('usage', { 'usage.dimensions': { [text]: 'a' } }))).toEqual(
      refused(`usage.dimensions.${JSON.stringify(text)}`),
    );
    for (const properties of [{ amount: text }, JSON.stringify({ amount: text })]) {
      expect(decode('subscriptions', valueOf('subscriptions', charge({ properties })))).toEqual(
        refused('subscription.charges[1].properties'),
      );
    }
  });

  it('does no harm in a field that nobody reads, nor do whole pairs', () => {
    expect(decode('usage', valueOf('usage', { comment: '\ud800' }))).toMatchObject({
      kind: 'event',
    });
    expect(decode('usage', valueOf('usage', { event_id: '\ud83d\ude00' }))).toMatchObject({
      event: { event_id: '😀' },
    });
  });
});
