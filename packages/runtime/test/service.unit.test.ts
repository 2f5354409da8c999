import { describe, expect, it } from '@jest/globals';
import { type Host, runService, type Service } from '../src/index.ts';

/** A process that remembers what was said and how it ended. */
function aProcess(...args: readonly string[]) {
  const told = { out: '', err: '', exits: [] as number[] };
  const host: Host = {
    argv: ['node', 'main.cjs', ...args],
    env: { PORT: '1' },
    stdout: { write: (text) => (told.out += text) },
    stderr: { write: (text) => (told.err += text) },
    exit: (code) => told.exits.push(code),
  };
  return { host, told };
}

function aService(change: Partial<Service<string>> = {}) {
  const ran: string[] = [];
  const service: Service<string> = {
    name: 'teller',
    does: 'Tells.',
    variables: () => '  PORT  where',
    configOf: (environment) => ({ kind: 'valid', config: `port ${environment['PORT'] ?? ''}` }),
    run: (config) => {
      ran.push(config);
      return Promise.resolve();
    },
    ...change,
  };
  return { ran, service };
}

describe('a service as a process', () => {
  it('runs with what its environment says', async () => {
    const { host, told } = aProcess();
    const { ran, service } = aService();
    await runService(service, host);
    expect([ran, told, host.exitCode]).toEqual([
      ['port 1'],
      { out: '', err: '', exits: [] },
      undefined,
    ]);
  });

  it('says what it does and reads when asked for help, and does not run', async () => {
    const { host, told } = aProcess('--help');
    const { ran, service } = aService();
    await runService(service, host);
    expect(told.out).toBe('Tells. Environment:\n\n  PORT  where\n');
    expect([ran, told.exits, host.exitCode]).toEqual([[], [], undefined]);
  });

  it('misconfigured, tells every problem, runs nothing and ends with 2', async () => {
    const { host, told } = aProcess();
    const problems = ['PORT: must be a whole number', 'HOST: is not set'];
    const { ran, service } = aService({ configOf: () => ({ kind: 'invalid', problems }) });
    await runService(service, host);
    expect(told.err).toBe(
      'The teller cannot start:\n  PORT: must be a whole number\n  HOST: is not set\n',
    );
    expect([ran, host.exitCode]).toEqual([[], 2]);
  });

  it('that cannot start says why and ends with 1', async () => {
    const { host, told } = aProcess();
    const { service } = aService({ run: () => Promise.reject(new Error('EADDRINUSE')) });
    await runService(service, host);
    expect(told.err).toMatch(/^The teller cannot start: Error: EADDRINUSE/);
    expect(told.exits).toEqual([1]);
  });
});
