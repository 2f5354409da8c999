import { type DayCells, decodeDay, encodeDay } from '@portal/billing';
import { type FieldCodec } from './fields.ts';

/** The stored form of a metric's UTC day. */
export const cellsCodec: FieldCodec<DayCells> = { decode: decodeDay, encode: encodeDay };
