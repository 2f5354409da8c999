import { micros, MICROS_PER_DAY } from '../../src/index.ts';
import vectors from '../fixtures/standing.json' with { type: 'json' };
import { type Fact } from './naive.ts';
import { PERIOD } from './series.ts';

/**
 * Worked by hand, `because` says how: changes, members and what recurring charges carry. The period is the
 * thirty days of November 2026, the subscription began long before, and what a charge does not say is that of
 * `aCharge`: 2 minor units for each unit.
 */
export interface StandingVector {
  readonly id: string;
  readonly because: string;
  readonly charge: Readonly<Record<string, unknown>>;
  readonly events: readonly WrittenEvent[];
  /** null: unavailable. */
  readonly units: string | null;
  readonly reason: string | null;
  readonly amount?: string | null;
  /** Units of each part. */
  readonly parts?: readonly string[];
  readonly events_count?: number;
}

interface WrittenEvent {
  readonly kind: Fact['kind'];
  /** Days after the period's start; before it when negative. */
  readonly day: number;
  readonly id?: string;
  readonly value?: string;
  readonly amount?: string;
  readonly key?: string;
  readonly operation?: Fact['operation'];
  readonly scope?: string;
  readonly dimensions?: Fact['dimensions'];
}

export const STANDING_VECTORS = vectors as readonly StandingVector[];

/** The events of a vector, one after the other, with ids in that order unless they have their own. */
export const factsOf = ({ events }: StandingVector): readonly Fact[] =>
  events.map(({ kind, day, ...event }, index) => ({
    kind,
    at: micros(PERIOD.start + day * MICROS_PER_DAY),
    id: event.id ?? `event-${String(index).padStart(2, '0')}`,
    value: event.value ?? '1',
    amount: event.amount ?? null,
    key: event.key ?? null,
    operation: kind === 'unique' ? (event.operation ?? 'add') : null,
    scope: event.scope ?? null,
    dimensions: event.dimensions ?? {},
  }));
