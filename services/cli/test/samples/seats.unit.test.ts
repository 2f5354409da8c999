import { describe, expect, it } from '@jest/globals';
import { answerOf, MOMENTS } from './told.ts';

describe('the sample of a customer with seats', () => {
  it.each(MOMENTS)(
    'seats, agents and collaborators of the months before go on into this one (now = %d)',
    (now) => {
      const { summary, details, reasons } = answerOf('Falkenried Architekten', now);
      expect(reasons).toEqual([]);
      const [subscription] = details.subscriptions;
      const [seats, agents, people] = subscription!.charges;
      // Seats 12 + 5 - 2 = 15 before the period; + 3 - 1 in it. 900 cents each.
      expect(seats).toMatchObject({ units: '17', events: 2, amount: '15300' });
      // Anna, Clara, Emil and Bernd, who came back, before it; David left and Frieda came. 300 each.
      expect(people).toMatchObject({ units: '5', events: 3, amount: '1500' });
      // 4 + 2 - 3 agents at its start, and 2 more from noon of its seventh day on. 4,500 each.
      const average = 3 + 2 * restOf(subscription!.current_period!, 6);
      expect(agents).toMatchObject({ units: twoDecimals(average), events: 1 });
      expect(Number(agents?.amount)).toBeCloseTo(Number(twoDecimals(average)) * 4_500, 6);
      // The month before: 15 seats, 5 people, and 6 agents until noon of its thirteenth day.
      const before = subscription!.previous_period!;
      const averageBefore = twoDecimals(6 - 3 * restOf(before, 12));
      expect(before.usage_amount_cents).toBe(
        15 * 900 + 5 * 300 + Math.round(Number(averageBefore) * 4_500),
      );
      expect(summary.usage_progress).toMatchObject([
        { feature_code: 'seats_booked', current_usage: '17', usage_percentage: 85 },
        { feature_code: 'collaborators', current_usage: '5', usage_percentage: 62.5 },
        { feature_code: 'sso', current_usage: null },
      ]);
    },
  );
});

/** The share of a period that is left at noon UTC, so many days after its first one. */
function restOf({ start, end }: { readonly start: string; readonly end: string }, days: number) {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  // A period begins at midnight in Berlin, which is 22:00 or 23:00 the day before in UTC.
  const noon = Math.ceil(from / 86_400_000) * 86_400_000 + 12 * 3_600_000;
  return (to - noon - days * 86_400_000) / (to - from);
}

/** Rounded to hundredths, without zeros at the end. */
const twoDecimals = (value: number): string => String(Number(value.toFixed(2)));
