import { type Micros, micros, MICROS_PER_DAY } from '@portal/billing';
import { charge } from '../charges.ts';
import { CUMULUS, included, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Falkenried Architekten',
  external_id: 'falkenried',
  description: 'Seats bought and given back, members who come and go',
  currency: 'EUR',
  timezone: 'Europe/Berlin',
  locale: 'de-DE',
};

const TERMS: WireTerms = {
  plan: {
    code: 'seats-eur',
    name: 'Büro',
    interval: 'monthly',
    amount_cents: 7_900,
    currency: 'EUR',
  },
  charges: [
    charge('seats-eur', 'seats_booked', 'standard', { amount: '900' }, { recurring: true }),
    charge(
      'seats-eur',
      'build_agents',
      'standard',
      { amount: '4500' },
      { recurring: true, rounding_function: 'round', rounding_precision: 2 },
    ),
    charge('seats-eur', 'collaborators', 'standard', { amount: '300' }, { recurring: true }),
  ],
  entitlements: [
    quantity('seats_booked', 20),
    quantity('collaborators', 8),
    included('sso', 'Single sign-on'),
  ],
};

const MONTHS = 7;
const DAYS_IN = 12;

/** Pays for what stands: seats, agents and collaborators of the months before are there in this one. */
export const falkenried = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(MONTHS * 31 + DAYS_IN + 10), (tell) => {
    /** So many days after noon of the day on which the period of so many months ago began. */
    const month = (ago: number, day: number): Micros =>
      micros(t.anchor(DAYS_IN, 1, ago) + day * MICROS_PER_DAY);
    const start = month(MONTHS, 0);
    const subscription = tell.subscription([
      [
        start,
        'subscription.started',
        {
          external_id: 'falkenried-seats',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          ...TERMS,
        },
      ],
    ]);
    tell.quantity({
      metric: 'seats_booked',
      steps: [
        [start, 12],
        [month(4, 9), 5],
        [month(2, 20), -2],
        [month(0, 4), 3],
        [month(0, 9), -1],
      ],
    });
    tell.quantity({
      metric: 'build_agents',
      steps: [
        [month(6, 2), 4],
        [month(3, 15), 2],
        [month(1, 12), -3],
        [month(0, 6), 2],
      ],
    });
    tell.quantity({
      metric: 'collaborators',
      steps: [
        [month(6, 1), { add: 'anna' }],
        [month(6, 2), { add: 'bernd' }],
        [month(6, 3), { add: 'clara' }],
        [month(6, 4), { add: 'david' }],
        [month(3, 7), { add: 'emil' }],
        [month(2, 11), { remove: 'bernd' }],
        [month(1, 18), { add: 'bernd' }],
        [month(0, 3), { remove: 'david' }],
        [month(0, 5), { add: 'anna' }],
        [month(0, 8), { add: 'frieda' }],
      ],
    });
    monthlyInvoices(tell, t, {
      prefix: 'CB-FALKEN',
      months: 6,
      currency: 'EUR',
      around: 42_000,
      subscription,
      newest: 'due',
    });
  });
