import { describe, expect, it } from '@jest/globals';
import { createLogger, type NotReady } from '@portal/runtime';
import { StoreUnavailable } from '@portal/stores';
import { type Facts, judge, readinessLog } from '../../src/health/readiness.ts';
import { type Told } from '../../src/health/pulse.ts';

const RAW = 'Request ListOffsets(key: 2, version: 3) timed out';
const raw = Object.assign(new Error(RAW), { name: 'KafkaJSRequestTimeoutError' });

const told = <Value>(value: Value): Told<Value> => ({ kind: 'told', value });
const beat = (changed: Partial<Facts['beat']>): Facts => ({
  beat: {
    ...{
      progress: told({ partitions: [], missing: [] }),
      written: told(null),
      live: told('g1'),
      goal: 'settled',
    },
    ...{ holes: { kind: 'late' }, decisions: told([]) },
    ...changed,
  },
  ...{ over: null, positions: new Map(), held: [], stalls: [], own: 'g1' },
});

describe('why a projector is not ready', () => {
  it.each<[string, Partial<Facts['beat']>, string]>([
    [
      'a broker that is silent',
      { progress: { kind: 'failed', error: raw } },
      'a broker does not answer a request in time',
    ],
    [
      'a store that is away',
      { live: { kind: 'failed', error: new StoreUnavailable('Redis is not connected') } },
      'Redis is not connected',
    ],
    [
      'a store that takes no writes',
      { written: { kind: 'failed', error: new StoreUnavailable('Redis: OOM') } },
      'Redis: OOM',
    ],
    ['a source that is late', { progress: { kind: 'late' } }, 'the source did not answer in time'],
    ['a store that is late', { written: { kind: 'late' } }, 'the store did not answer in time'],
  ])('is told in plain words: %s', (_, changed, detail) => {
    const now = judge(beat(changed));
    expect(now).toMatchObject({ ready: false, detail });
  });

  it('stands in the log with what was thrown', () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    const log = readinessLog(createLogger({ service: 'test', level: 'info', destination }));
    const now = judge(beat({ progress: { kind: 'failed', error: raw } })) as NotReady;
    log(now);
    expect(now.detail).not.toContain(RAW);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      ...{ msg: 'not ready', reason: 'source_unavailable', detail: now.detail },
      err: `KafkaJSRequestTimeoutError: ${RAW}`,
    });
  });
});
