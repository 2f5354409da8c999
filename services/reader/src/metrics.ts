import {
  Counter,
  createDistribution,
  createTally,
  type Output,
  type Registry,
} from '@portal/runtime';

/** What the reader counts. No label ever holds a token, a path of the client's choice or a customer. */
export function createReaderMetrics(registry: Registry) {
  const registers = [registry];
  return {
    /** By route and status. */
    requests: createTally({
      name: 'portal_reader_requests_total',
      help: 'Requests answered, by route and HTTP status (304 = not modified, 503 = store away, or too many wait for it).',
      labelNames: ['route', 'status'],
      registry,
    }),
    /** By route. */
    seconds: createDistribution({
      name: 'portal_reader_request_seconds',
      help: 'Time from request to answer.',
      labelNames: ['route'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
      registry,
    }),
    unauthorized: new Counter({
      name: 'portal_reader_unauthorized_total',
      help: 'Tokens refused, by cause.',
      labelNames: ['cause'] as const,
      registers,
    }),
    /** By status of the answer. */
    answers: createTally({
      name: 'portal_reader_answers_total',
      help: 'Dashboards answered, by how good they are.',
      labelNames: ['status'],
      registry,
    }),
    wrongCustomer: new Counter({
      name: 'portal_reader_wrong_customer_total',
      help: "Lookups that brought another customer's document; none was answered. Any is an alarm.",
      registers,
    }),
    unreadable: new Counter({
      name: 'portal_reader_unreadable_documents_total',
      help: 'Stored documents and records this version cannot read.',
      registers,
    }),
  };
}

/** Lines of the log that the output had no room for. */
export function countLostLines(registry: Registry, output: Pick<Output, 'dropped'>): void {
  new Counter({
    name: 'portal_reader_log_lines_lost_total',
    help: 'Lines of the log that were lost because nobody read the output in time',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(output.dropped());
    },
  });
}

export type ReaderMetrics = ReturnType<typeof createReaderMetrics>;
