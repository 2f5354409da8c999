import { type Totals } from '@portal/billing';
import { type Codec, listOf, number, refuse, text } from './codec.ts';

/** Most usage carries no amount of its own: then two values are left away. One event is its value alone. */
export const totals: Codec<Totals> = {
  encode: ({ count, sum, max, amount, priced }) => {
    if (priced !== 0) return [count, sum, max, amount, priced];
    return count === 1 && max === sum ? sum : [count, sum, max];
  },
  decode: (stored) => {
    if (typeof stored === 'string') {
      return { count: 1, sum: stored, max: stored, amount: '0', priced: 0 };
    }
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
