/**
 * The three inner modules of kafkajs 2.2.4 we lean on (the version is pinned exactly in package.json),
 * and what has no types of its own.
 */

declare module 'kafkajs/src/consumer/batch.js' {
  import { type KafkaMessage } from 'kafkajs';

  /** What one partition answered to a fetch; leaves out control records and aborted transactions. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, answer: object);
    readonly rawMessages: readonly unknown[];
    readonly messages: readonly KafkaMessage[];
    /** The last offset the answer covers, control records included. */
    lastOffset(): string;
  }
}

declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    pending: readonly unknown[];
    throttledUntil: number;
    throttleCheckTimeoutId: ReturnType<typeof setTimeout> | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/network/connectionPool.js' {
  export interface Connection {
    isConnected(): boolean;
    connect(): Promise<unknown>;
  }

  /** The connections to one broker: one for fetches, one for everything else. */
  export default class ConnectionPool {
    pool: readonly Connection[];
    getConnection(index?: number): Promise<Connection>;
  }
}

declare module 'kafkajs-snappy' {
  const createCodec: () => unknown;
  export default createCodec;
}
