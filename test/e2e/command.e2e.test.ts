import { execFile } from 'node:child_process';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { sampleEvents } from '@portal/cli';
import { type Micros, parseIso } from '@portal/billing';
import { type Corner, openCorner } from './corner.ts';

const COMMAND = 'services/cli/dist/main.cjs';
const FILE = 'examples/01-publish-and-read/events.ndjson';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of shell; `$0` is Node. The exit code is that of the first program of a pipe that failed. */
const shell = (line: string, environment: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise((resolve) => {
    const args = ['--norc', '-c', `set -o pipefail; ${line}`, process.execPath];
    const env = { PATH: process.env['PATH'], ...environment };
    execFile('bash', args, { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, stdout, stderr });
    });
  });

describe('the command at the end of a pipe', () => {
  const events = sampleEvents(parseIso('2026-11-23T10:00:00Z') as Micros);
  let corner: Corner;
  beforeAll(async () => {
    corner = await openCorner();
    await corner.publish(events);
  });

  it('ends well and without a word when nobody reads on', async () => {
    const { code, stdout, stderr } = await shell(
      `"$0" ${COMMAND} export | head -n 1`,
      corner.environment,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ topic: 'billing.customers' });
  });

  it('writes all there is to one who does', async () => {
    const { code, stdout, stderr } = await shell(
      `"$0" ${COMMAND} export | grep -c occurred_at`,
      corner.environment,
    );
    expect([code, stderr]).toEqual([0, `exported ${stdout.trim()} records\n`]);
    expect(Number(stdout)).toBe(events.length);
  });
});

describe('a command that is not told where Kafka is', () => {
  it.each(['setup', `publish ${FILE}`, 'export'])(
    'is wrong use, and says what to do: %s',
    async (words) => {
      const { code, stdout, stderr } = await shell(`"$0" ${COMMAND} ${words}`, {});
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^error: .*KAFKA_BROKERS.*\n {2}npm run stack brings a broker/);
    },
  );
});
