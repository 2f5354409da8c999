import {
  formatDate,
  parseDate,
  parseIso,
  toIso,
  toMillis,
  whyNoInstant,
  type LocalDate,
  type Micros,
} from '@portal/billing';
import { FIRST_INSTANT, isInRange, LAST_INSTANT } from '@portal/projection';
import { isLosslessNumber } from 'lossless-json';
import { ContractError, long, type Read } from './reading.ts';

const yearOf = (at: Micros): string => toIso(at).slice(0, 4);
const MUST_BE_INSTANT =
  `must be an RFC 3339 instant from ${yearOf(FIRST_INSTANT)} to ${yearOf(LAST_INSTANT)}, ` +
  'such as "2026-11-10T00:00:00-05:00"';

/** No calendar is kept beyond: a date that stands for "never" is told by leaving the field out. */
export const instant: Read<Micros> = (raw) => {
  const at = typeof raw === 'number' ? long(raw) : instantText(raw);
  if (at !== null && isInRange(at)) return at;
  throw new ContractError(MUST_BE_INSTANT);
};

function instantText(raw: unknown): Micros | null {
  if (typeof raw !== 'string') return null;
  const at = parseIso(raw);
  const why = at === null ? whyNoInstant(raw) : null;
  if (why !== null) throw new ContractError(why);
  return at;
}

/** The log's own time in milliseconds: as that number, or as an instant. */
export const logTime: Read<number> = (raw) => {
  if (typeof raw === 'number' || isLosslessNumber(raw)) return long(raw);
  const at = instantText(raw);
  return at === null ? long(raw) : toMillis(at);
};

const FIRST_DAY = parseDate('0001-01-01') ?? 0;
const LAST_DAY = parseDate('9999-12-31') ?? 0;

/** A day of the calendar, as text. */
export const date: Read<string> = (raw) => {
  const day = typeof raw === 'number' ? raw : typeof raw === 'string' ? parseDate(raw) : null;
  if (day !== null && Number.isInteger(day) && day >= FIRST_DAY && day <= LAST_DAY) {
    return formatDate(day as LocalDate);
  }
  throw new ContractError(
    typeof raw === 'string' && isTimed(raw)
      ? 'must be a date alone such as "2026-11-23", without a time'
      : 'must be a date such as "2026-11-23"',
  );
};

const isTimed = (text: string): boolean =>
  text.charAt(10) !== '' && parseDate(text.slice(0, 10)) !== null;
