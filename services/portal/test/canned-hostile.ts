import { type ServerAnswer } from './canned-details.ts';

/** Turns what follows around, closes the isolation it stands in, ends the paragraph, or is read from the right. */
export const HOSTILE = {
  override: '\u202eflesruoy',
  'closed isolation': '\u2069\u2069\u202eflesruoy',
  'open isolation': '\u2067\u2066\u202e\u2067 left open',
  'new paragraph': 'first\u2029\u202esecond\u0085\u202e\n\u202ethird',
  hebrew: 'חברת הענן',
  arabic: 'شركة السحاب',
} as const;

/** 10,000 characters without a place to break a line. */
export const ENDLESS = 'Wolke7'.repeat(1_667).slice(0, 10_000);

/** Marks above marks, which stand above the line. */
export const STACKED = `Z${'\u0300\u0301\u0302\u0353'.repeat(25)}`;

/** The same answer where everything that came from events, codes and ids too, is this text. */
export function named(text: string, answer: ServerAnswer): ServerAnswer {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
    FOREIGN.has(key) && typeof value === 'string' ? text : value,
  ) as ServerAnswer;
}

const FOREIGN = new Set([
  'subscription_external_id',
  'plan_name',
  'metric_name',
  'feature_name',
  'name',
  'filter',
  'reason',
  'detail',
]);
