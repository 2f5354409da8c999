import { DECIMAL_LENGTH_MAX } from '@portal/billing';
import { tooLong } from '../limits.ts';
import { fitsLong, MUST_FIT_LONG } from '../long.ts';
import { ContractError } from '../reading.ts';

/**
 * A decimal as its exact text, with as many digits behind the point as its type has: `12.50`. `bytes` are the
 * digits as a big-endian number in two's complement.
 */
export function decimalOf(bytes: Buffer, scale: number): string {
  const digits = unscaled(bytes);
  const isNegative = digits < 0n;
  const text = String(isNegative ? -digits : digits).padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale);
  const sign = isNegative ? '-' : '';
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(-scale)}`;
}

/** A decimal without a fraction as the number it is. */
export function wholeOf(bytes: Buffer, scale: number): number {
  const digits = unscaled(bytes);
  const unit = 10n ** BigInt(Math.min(scale, DECIMAL_LENGTH_MAX));
  if (digits % unit !== 0n) throw new ContractError('must be a whole number');
  const value = scale > DECIMAL_LENGTH_MAX ? 0 : Number(digits / unit);
  if (!fitsLong(value)) throw new ContractError(MUST_FIT_LONG);
  return value;
}

/** More bytes than the longest decimal string has digits for; arithmetic on them would hold a core. */
const BYTES_MAX = 32;

function unscaled(bytes: Buffer): bigint {
  if (bytes.length > BYTES_MAX) throw new ContractError(tooLong(DECIMAL_LENGTH_MAX));
  return bytes.length === 0
    ? 0n
    : BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}
