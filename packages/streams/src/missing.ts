/** For people: a topic, or topics, that are not there, and what to do. */
export const topicMissingText = (topic: string): string =>
  `the topic ${topic} is not there: setup makes it`;

export const topicsMissingText = (names: readonly string[]): string =>
  `topics are not there: ${names.join(', ')}; setup makes them`;
