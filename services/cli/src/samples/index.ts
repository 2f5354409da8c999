import { type Micros } from '@portal/billing';
import { atelierMorel } from './customers/atelier-morel.ts';
import { dananTrading } from './customers/danan-trading.ts';
import { falkenried } from './customers/falkenried.ts';
import { fjordlys } from './customers/fjordlys.ts';
import { harborAndPine } from './customers/harbor-pine.ts';
import { kestrelBakehouse } from './customers/kestrel-bakehouse.ts';
import { lineIslandsDive } from './customers/line-islands-dive.ts';
import { lordHoweSeaworks } from './customers/lord-howe-seaworks.ts';
import { nilgiriAnalytics } from './customers/nilgiri-analytics.ts';
import { quasarFreight } from './customers/quasar-freight.ts';
import { shirakawaRobotics } from './customers/shirakawa-robotics.ts';
import { thistleAndCrane } from './customers/thistle-crane.ts';
import { vinaLosAndes } from './customers/vina-los-andes.ts';
import { type Story } from './story.ts';
import { timeline } from './timeline.ts';

export interface SampleCustomer {
  readonly name: string;
  /** What there is to see, in one line. */
  readonly description: string;
  readonly organization_id: string;
  readonly customer_id: string;
  readonly locale: string;
  readonly timezone: string;
  readonly currency: string;
}

/**
 * The sample events as NDJSON lines without line ends, in the order a log would hold them. They
 * follow from `now` alone: told relative to it, none lies ahead of it, ids never change.
 */
export function sampleEvents(now: Micros): readonly string[] {
  return stories(now)
    .flatMap((told) => told.events)
    .sort((a, b) => a.at - b.at)
    .map((event) => JSON.stringify({ topic: `billing.${event.family}`, value: event.value }));
}

/** The customers of `sampleEvents`, in the order a list should offer them. */
export function sampleCustomers(now: Micros): readonly SampleCustomer[] {
  return stories(now).map(({ profile, customerId }) => ({
    name: profile.name,
    description: profile.description,
    organization_id: profile.organization.id,
    customer_id: customerId,
    locale: profile.locale,
    timezone: profile.timezone,
    currency: profile.currency,
  }));
}

const TELLERS = [
  atelierMorel,
  harborAndPine,
  falkenried,
  shirakawaRobotics,
  thistleAndCrane,
  nilgiriAnalytics,
  lineIslandsDive,
  vinaLosAndes,
  lordHoweSeaworks,
  dananTrading,
  quasarFreight,
  fjordlys,
  kestrelBakehouse,
] as const;

function stories(now: Micros): readonly Story[] {
  const told = timeline(now);
  return TELLERS.map((tell) => tell(told));
}
