import { encodeEvent, SCHEMA_TEXTS } from '@portal/contracts';
import { describe, expect, it } from '@jest/globals';
import { createMessageDecoder, type DecodedMessages } from '../../src/kafka/decode.ts';
import { createKnownSchemas } from '../../src/kafka/known-schemas.ts';
import { type SchemaAnswer } from '../../src/kafka/registry.ts';
import { type OursAnswer } from '../../src/kafka/subjects.ts';
import { usageOf } from '../recorder.ts';

describe('the message decoder', () => {
  const value = Buffer.from([0, 0, 0, 0, 7, 1, 2, 3]);
  const message = (
    offset: number,
  ): Parameters<ReturnType<typeof createMessageDecoder>>[1][number] => ({
    ...{ key: null, value, timestamp: '-1', attributes: 0 },
    offset: String(offset),
    headers: {},
  });
  const at = { family: 'usage', partition: 0 } as const;
  const unknown: SchemaAnswer = {
    kind: 'refused',
    error: { code: 'unknown_schema_id', field: null, reason: 'no schema 7' },
  };

  /** A decoder of a registry that answers so, and how often it was asked for what. */
  const decoderOf = (
    fetchSchema: (id: number) => SchemaAnswer,
    isOurs: () => OursAnswer = () => ({ kind: 'ours', askedAt: -1 }),
  ) => {
    const told = { now: 0, asked: [] as number[] };
    const schemas = createKnownSchemas(
      {
        fetchSchema: (id) => {
          told.asked.push(id);
          return Promise.resolve(fetchSchema(id));
        },
        isOurs: () => Promise.resolve(isOurs()),
      },
      () => told.now,
    );
    return { decode: createMessageDecoder(schemas), told };
  };
  const codesOf = (result: DecodedMessages) =>
    result.kind === 'decoded'
      ? result.records.map(({ decoded }) =>
          decoded.kind === 'undecodable' ? decoded.error.code : decoded.kind,
        )
      : result.reason;

  it('asks once for an unknown id, and again after a while: registries lag behind producers', async () => {
    const { decode, told } = decoderOf(() => unknown);
    const result = await decode(at, [message(0), message(1)]);
    expect(result).toMatchObject({
      kind: 'decoded',
      records: [
        { timestamp: null, decoded: { error: { code: 'unknown_schema_id', schema_id: 7 } } },
        { offset: 1 },
      ],
    });
    await decode(at, [message(2)]);
    expect(told.asked).toHaveLength(1);
    told.now = 10_001;
    await decode(at, [message(3)]);
    expect(told.asked).toHaveLength(2);
  });

  it('keeps no more refusals than it needs, whatever ids garbage names, and decodes on', async () => {
    const { decode, told } = decoderOf(() => unknown);
    const garbage = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => {
        const named = Buffer.from(value);
        named.writeUInt32BE(from + index, 1);
        return { ...message(index), value: named };
      });
    const many = await decode(at, garbage(0, 1_500));
    expect(many).toMatchObject({ kind: 'decoded' });
    expect(many.kind === 'decoded' && many.records).toHaveLength(1_500);
    told.asked.length = 0;
    await decode(at, [...garbage(0, 1), ...garbage(1_499, 1)]);
    expect(told.asked).toEqual([0]);
  });

  it('never makes a record of a registry that is away', async () => {
    const { decode } = decoderOf(() => ({ kind: 'away', reason: 'down' }));
    expect(await decode(at, [message(0)])).toEqual({ kind: 'registry_away', reason: 'down' });
  });

  const schemaOf = (family: 'usage' | 'wallets'): SchemaAnswer => ({
    ...{ kind: 'schema', text: SCHEMA_TEXTS[family], references: [] },
  });

  it.each([
    ['an id that it does not know', unknown],
    ['an id that it gives to another schema', schemaOf('wallets')],
  ])('believes no registry of %s while that does not know our subject', async (_, answer) => {
    let isOurs: OursAnswer = { kind: 'away', reason: 'emptied' };
    const { decode } = decoderOf(
      () => answer,
      () => isOurs,
    );
    expect(await decode(at, [message(0)])).toEqual({ kind: 'registry_away', reason: 'emptied' });
    isOurs = { kind: 'ours', askedAt: -1 };
    expect(await decode(at, [message(0)])).toMatchObject({ kind: 'decoded' });
  });

  it('takes what was registered between its two questions for no refusal', async () => {
    const event = usageOf(1, 'good');
    let isRegistered = false;
    const { decode, told } = decoderOf(
      () => (isRegistered ? schemaOf('usage') : unknown),
      () => {
        isRegistered = true;
        return { kind: 'ours', askedAt: told.now };
      },
    );
    const good = { ...message(0), value: encodeEvent(event, 7) };
    expect((await decode(at, [good])).kind).toBe('registry_away');
    expect(codesOf(await decode(at, [good]))).toEqual(['event']);
  });

  describe('of a registry that was filled anew', () => {
    const event = usageOf(1, 'good');
    const good = { ...message(0), value: encodeEvent(event, 7) };
    const older = JSON.stringify({
      ...(JSON.parse(SCHEMA_TEXTS.usage) as object),
      doc: 'the same fields, in another text',
    });

    it('reads a value that cannot be read with what an id means now', async () => {
      // As it was: one field less, so that today's bytes are too many.
      const before = JSON.parse(SCHEMA_TEXTS.usage) as { fields: unknown[] };
      let answer: SchemaAnswer = {
        ...{ kind: 'schema', references: [] },
        text: JSON.stringify({ ...before, fields: before.fields.slice(0, -1) }),
      };
      const { decode, told } = decoderOf(() => answer);
      await decode(at, [good]);
      answer = schemaOf('usage');
      told.now = 9_999;
      expect(codesOf(await decode(at, [good]))).not.toEqual(['event']);
      told.now = 10_001;
      expect(codesOf(await decode(at, [good]))).toEqual(['event']);
      expect(told.asked).toEqual([7, 7]);
    });

    it('asks for what an id means every minute, beside the work', async () => {
      let answer = schemaOf('usage');
      const { decode, told } = decoderOf(() => answer);
      await decode(at, [good]);
      answer = { kind: 'schema', text: older, references: [] };
      told.now = 59_999;
      await decode(at, [good]);
      expect(told.asked).toHaveLength(1);
      told.now = 60_000;
      await decode(at, [good]);
      await decode(at, [good]);
      expect(told.asked).toHaveLength(2);
    });

    it.each([
      ['is away', { kind: 'away', reason: 'down' } as const],
      ['does not know the id any more', unknown],
      ['gives the id to another family', schemaOf('wallets')],
    ])('goes on with what was known while it %s', async (_, later) => {
      let answer = schemaOf('usage');
      const { decode, told } = decoderOf(() => answer);
      await decode(at, [good]);
      answer = later;
      told.now = 60_000;
      await decode(at, [good]);
      expect(codesOf(await decode(at, [good]))).toEqual(['event']);
    });

    it('parks no value that may only be read with a schema that it cannot be asked for', async () => {
      let answer = schemaOf('usage');
      const { decode, told } = decoderOf(() => answer);
      expect(codesOf(await decode(at, [message(0)]))).toEqual(['avro_garbage']);
      answer = { kind: 'away', reason: 'down' };
      told.now = 10_001;
      expect(codesOf(await decode(at, [message(0)]))).toBe('down');
    });
  });
});
