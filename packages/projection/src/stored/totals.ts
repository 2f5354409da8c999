import { type Totals } from '@portal/billing';
import { type Codec, listOf, number, refuse, text } from './codec.ts';

/** Most usage carries no amount of its own: then two values are left away. */
export const totals: Codec<Totals> = {
  encode: ({ count, sum, max, amount, priced }) =>
    priced === 0 ? [count, sum, max] : [count, sum, max, amount, priced],
  decode: (stored) => {
    const all = listOf(stored);
    if (all.length !== 3 && all.length !== 5) refuse(`totals of ${all.length} values`);
    const [count, sum, max, amount = '0', priced = 0] = all;
    return {
      count: number.decode(count),
      sum: text.decode(sum),
      max: text.decode(max),
      amount: text.decode(amount),
      priced: number.decode(priced),
    };
  },
};
