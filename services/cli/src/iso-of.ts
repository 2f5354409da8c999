/** An instant for people and programs, ISO 8601 in UTC; from epoch milliseconds. */
export const isoOf = (millis: number): string => new Date(millis).toISOString();
