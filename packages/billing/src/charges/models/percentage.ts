import { type Decimal, decimal, maxOf, minOf, ONE, ZERO } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { otherThanPoints } from '../kinds.ts';
import { type Measured } from '../measured.ts';
import { fixedStep, percentOf, type Priced, priced, type PriceStep, rateStep } from '../steps.ts';
import { type Unavailable, unavailable } from '../unavailable.ts';
import { type Allowances, freeFirst, readAllowances } from './free-events.ts';

/** A rate on the units and a fixed amount for each event, after the free ones; bounds for each event. */
export interface PercentagePrice {
  readonly model: 'percentage';
  readonly rate: Decimal;
  readonly fixed_amount: Decimal;
  readonly free: Allowances;
  readonly per_transaction_min_amount: Decimal | null;
  readonly per_transaction_max_amount: Decimal | null;
}

export function readPercentage(fields: Fields): PercentagePrice {
  const min = fields.optional('per_transaction_min_amount');
  return {
    model: 'percentage',
    rate: fields.required('rate'),
    fixed_amount: fields.orElse('fixed_amount', ZERO),
    free: readAllowances(fields),
    per_transaction_min_amount: min?.gt(ZERO) === true ? min : null,
    per_transaction_max_amount: fields.optional('per_transaction_max_amount'),
  };
}

/** The first property that needs single events; null when none does. */
export function propertyOfEvents(price: PercentagePrice): string | null {
  if (price.free.events !== null) return 'free_units_per_events';
  if (price.free.units !== null) return 'free_units_per_total_aggregation';
  return propertyOfBounds(price);
}

function propertyOfBounds(price: PercentagePrice): string | null {
  if (price.per_transaction_min_amount !== null) return 'per_transaction_min_amount';
  return price.per_transaction_max_amount === null ? null : 'per_transaction_max_amount';
}

/** Values of single events are not rounded, though the units may be. */
export function percentageAmount(price: PercentagePrice, measured: Measured): Priced | Unavailable {
  const { aggregation, units, usage } = measured;
  const property = propertyOfEvents(price);
  const problem = property === null ? null : whyNoSingleEvents(measured);
  if (problem !== null) return unavailable(`${property} ${problem}`);
  const count = usage.totals?.count ?? 0;
  if (property === null) {
    return priced([
      rateStep(maxOf(ZERO, units), price.rate, null),
      fixedStep(count, price.fixed_amount),
    ]);
  }
  const values = usage.events.map(({ value }) => (aggregation === 'count' ? ONE : decimal(value)));
  const { billable, freeUnits } = freeFirst(price.free, values);
  const free = freeSteps(price.free, freeUnits, count - billable.length);
  if (count > 0 && propertyOfBounds(price) !== null)
    return priced([...free, ...boundedSteps(price, billable)]);
  return priced([
    ...free,
    rateStep(maxOf(ZERO, units.minus(freeUnits)), price.rate, null),
    fixedStep(billable.length, price.fixed_amount),
  ]);
}

/** Single events make up a sum or a count of the period, and nothing else. */
function whyNoSingleEvents({ aggregation, recurring, usage }: Measured): string | null {
  if (recurring) return 'looks at single events of the period: its charge cannot be recurring';
  if (aggregation !== 'sum' && aggregation !== 'count') {
    return `needs the aggregation sum or count, not ${aggregation}`;
  }
  const others = otherThanPoints(usage);
  return others === null ? null : `needs points, ${others}`;
}

const freeSteps = (allowances: Allowances, units: Decimal, events: number): PriceStep[] =>
  allowances.events === null && allowances.units === null
    ? []
    : [{ kind: 'free', units, events, amount: ZERO }];

/** Each event within its bounds. A correction may take back what others cost, and no more than that. */
function boundedSteps(price: PercentagePrice, billable: readonly Decimal[]): PriceStep[] {
  const {
    rate,
    fixed_amount,
    per_transaction_min_amount: min,
    per_transaction_max_amount: max,
  } = price;
  const fees = billable.map((value) => percentOf(value, rate).plus(fixed_amount));
  const lifts = fees.map((fee) => (min === null ? ZERO : maxOf(ZERO, min.minus(fee))));
  const cuts = fees.map((fee, i) =>
    max === null ? ZERO : minOf(ZERO, max.minus(fee.plus(lifts[i] ?? ZERO))),
  );
  const steps = [
    rateStep(sum(billable), rate, null),
    fixedStep(billable.length, fixed_amount),
    ...boundStep('per_transaction_min', lifts),
    ...boundStep('per_transaction_max', cuts),
  ];
  const { amount } = priced(steps);
  return amount.lt(ZERO)
    ? [...steps, { kind: 'not_below_zero', amount: ZERO.minus(amount) }]
    : steps;
}

function boundStep(
  kind: 'per_transaction_min' | 'per_transaction_max',
  changes: readonly Decimal[],
): PriceStep[] {
  const events = changes.filter((change) => !change.eq(ZERO)).length;
  return events === 0 ? [] : [{ kind, events, amount: sum(changes) }];
}

const sum = (values: readonly Decimal[]): Decimal =>
  values.reduce((all, one) => all.plus(one), ZERO);
