import { describe, expect, it } from '@jest/globals';
import { type DashboardSummary, type Details, type StatusReason } from '@portal/projection';
import type * as z from 'zod';
import { type details } from '../../src/http/details.ts';
import { type statusReason } from '../../src/http/meta.ts';
import { type dashboardSummary } from '../../src/http/summary.ts';

/** A type as JSON knows it: no brands on numbers, nothing readonly. */
type Plain<T> = T extends number
  ? number
  : T extends string | boolean | null
    ? T
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : { -readonly [Key in keyof T]: Plain<T[Key]> };

type Same<A, B> = [A, B] extends [B, A] ? true : false;

describe('the schemas of the contract', () => {
  it('have the very types that view answers with (checked by the compiler)', () => {
    const same: [
      Same<Plain<DashboardSummary>, Plain<z.infer<typeof dashboardSummary>>>,
      Same<Plain<Details>, Plain<z.infer<typeof details>>>,
      Same<Plain<StatusReason>, Plain<z.infer<typeof statusReason>>>,
    ] = [true, true, true];
    expect(same).toEqual([true, true, true]);
  });
});
