import { Agent, request } from 'node:http';

/** A request as it goes over the wire: nothing is normalised, as `fetch` would. */
export interface Asked {
  readonly method: string;
  /** Path and query, already encoded. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Asker {
  (asked: Asked): Promise<Answered>;
  readonly close: () => void;
}

/** Asks one server over connections that stay open. */
export function askerOf(url: string): Asker {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(url);
  const ask = ({ method, target, headers }: Asked): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, hostname, port, method, path: target, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      });
      sent.once('error', reject);
      sent.end();
    });
  return Object.assign(ask, {
    close: () => {
      agent.destroy();
    },
  });
}
