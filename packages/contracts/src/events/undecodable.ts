import { type DecodeCode, type Decoded } from '../decoded.ts';

export type Undecodable = Extract<Decoded, { kind: 'undecodable' }>;

export const undecodable = (
  code: DecodeCode,
  field: string | null,
  reason: string,
): Undecodable => ({ kind: 'undecodable', error: { code, field, reason } });
