import { DECIMAL_LENGTH_MAX, DECIMAL_PATTERN, isZone } from '@portal/billing';
import { parseUuid } from '@portal/projection';
import { isKnownCurrency } from './currencies.ts';
import { TEXT_MAX, tooLong } from './limits.ts';
import { shown } from './field-path.ts';
import { ContractError, text, type Fields, type Read } from './reading.ts';

/** The texts of an event: each has a limit in characters, see limits.ts. */
const textTo =
  (max: number): Read<string> =>
  (raw) => {
    if (isLonger(text(raw), max)) throw new ContractError(tooLong(max));
    return raw as string;
  };

/** Counted as people count them: a character beyond the first 65,536 is one, not its two halves. */
export const isLonger = (value: string, max: number): boolean =>
  value.length > max && (value.length > 2 * max || Array.from(value).length > max);

const wordTo =
  (max: number): Read<string> =>
  (raw) => {
    if (isLonger(text(raw), max)) throw new ContractError(tooLong(max));
    if (raw === '') throw new ContractError('must not be empty');
    return raw as string;
  };

/** An identifier or code: names something, so it is never empty. */
export const id = wordTo(TEXT_MAX.id);
/** A code or number that may be empty. */
export const label = textTo(TEXT_MAX.id);
export const name = textTo(TEXT_MAX.name);
export const valueText = textTo(TEXT_MAX.value);
export const note = textTo(TEXT_MAX.note);

export const uuid: Read<string> = (raw) => {
  const parsed = typeof raw === 'string' ? parseUuid(raw) : null;
  if (parsed !== null) return parsed;
  // Only what is none is asked whether it is a text at all.
  text(raw);
  throw new ContractError('must be a UUID');
};

/** One word of a closed set; `spellings` maps other accepted spellings to it. */
export const oneOf =
  <T extends string>(words: readonly T[], spellings: Fields = {}): Read<T> =>
  (raw) => {
    const found = words.find(
      (candidate) => candidate === raw || candidate === spellings[text(raw)],
    );
    if (found === undefined) {
      throw new ContractError(`must be one of ${words.join(', ')}, not ${shown(text(raw))}`);
    }
    return found;
  };

export const decimalText: Read<string> = (raw) => {
  if (typeof raw === 'string' && raw.length > DECIMAL_LENGTH_MAX) {
    throw new ContractError(tooLong(DECIMAL_LENGTH_MAX));
  }
  if (typeof raw === 'string' && DECIMAL_PATTERN.test(raw)) return raw;
  throw new ContractError('must be a decimal string such as "12.5"');
};

export const currency: Read<string> = (raw) => {
  if (isKnownCurrency(text(raw))) return raw as string;
  throw new ContractError(`must be an ISO 4217 currency code, not ${shown(text(raw))}`);
};

export const timezone: Read<string> = (raw) => {
  if (!isLonger(text(raw), TEXT_MAX.zone) && isZone(raw as string)) return raw as string;
  throw new ContractError(
    `must be an IANA time zone such as "Europe/Paris", not ${shown(text(raw))}`,
  );
};

/** What a browser can write numbers and dates in: `en-US`, not `en_US`, `C` or nothing. */
export const locale: Read<string> = (raw) => {
  if (!isLonger(text(raw), TEXT_MAX.locale) && isLocale(raw as string)) return raw as string;
  throw new ContractError(`must be a BCP 47 language tag such as "en-US", not ${shown(text(raw))}`);
};

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
