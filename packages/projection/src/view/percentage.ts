/** How many of the smallest percentage told, 0.0001, are one percent: few enough digits to be exact enough as a JSON number. */
export const STEPS = 10_000;

/**
 * Units in percent of a limit, both texts of the contract, in steps of 0.0001: rounded half-up (away from zero). By whole
 * numbers, whose division drops what is left of it.
 */
export function percentageOf(units: string, limit: string): bigint {
  const places = Math.max(placesOf(units), placesOf(limit));
  const whole = scaled(limit, places);
  const twice = scaled(units, places) * 2n * HUNDRED_PERCENT;
  return (twice + (twice < 0n ? -whole : whole)) / (2n * whole);
}

const HUNDRED_PERCENT = BigInt(100 * STEPS);

function placesOf(text: string): number {
  const point = text.indexOf('.');
  return point === -1 ? 0 : text.length - point - 1;
}

/** A decimal text times ten to the power of `places`, no fewer than it has. */
function scaled(text: string, places: number): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}
