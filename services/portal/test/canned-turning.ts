import { computeMinutes, type ServerAnswer } from './canned-details.ts';

/** The same customer with one subscription that ends and one that has not begun. */
export function turning(dashboard: ServerAnswer): ServerAnswer {
  const [team, archive] = dashboard.details.subscriptions;
  const ahead = { ...computeMinutes(false), units: '0', amount: null, parts: [], true_up: '0' };
  return {
    ...dashboard,
    details: {
      ...dashboard.details,
      subscriptions: [
        {
          ...team!,
          status: 'canceled',
          pending_plan: null,
          ends_at: '2026-11-26T10:00:00Z',
        },
        {
          ...archive!,
          status: 'pending',
          current_period: null,
          trial_ends_at: null,
          in_trial: false,
          charges: [ahead],
        },
      ],
    },
  };
}
