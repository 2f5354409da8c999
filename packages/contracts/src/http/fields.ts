import * as z from 'zod';

/** The building blocks of the body's schemas. */
export const id = z.guid();
export const text = z.string();
export const currency = text.describe('ISO 4217 code');
export const cents = z.int().describe('whole minor units of the currency');
export const count = z.int().min(0);
export const decimal = text
  .regex(/^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$/)
  .describe('exact decimal in its shortest form: 5, not 5.0');
export const instant = z.iso.datetime();
export const date = z.iso.date();
export const featureType = z.enum(['quantity', 'boolean', 'custom']);
