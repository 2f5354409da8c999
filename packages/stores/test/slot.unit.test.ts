import { expect, it } from '@jest/globals';
import { slotOf } from '../src/slot.ts';

// What CLUSTER KEYSLOT of a real Redis answers.
it.each([
  ['', 0],
  ['123456789', 12739],
  ['foo', 12182],
  ['{foo}bar', 12182],
  ['bar{foo}{baz}', 12182],
  ['{}foo', 9500],
  ['foo{}{bar}', 8363],
  ['{{foo}}', 13308],
  ['foo{', 7673],
  ['é€😀', 8047],
])('the slot of %j is %d', (key, slot) => {
  expect(slotOf(key)).toBe(slot);
});
