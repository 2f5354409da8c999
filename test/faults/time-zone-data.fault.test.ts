import { resolve } from 'node:path';
import {
  DASHBOARD_PATH,
  generationName,
  readGenerationName,
  signPortalToken,
} from '@portal/contracts';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { type Micros } from '@portal/billing';
import { listGroups } from '@portal/streams';
import { ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { openCorner, SECRET } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { endOf, eventually, startService } from '../e2e/process.ts';
import { openReader } from '../e2e/reader.ts';
import { COMMAND, shell } from '../e2e/shell.ts';
import { bought, CUSTOMERS, NOW, shown, used } from './calls.ts';
import { expectFreshFold } from './stored.ts';

const OLD = generationOf(DEFAULT_SETTINGS);
const NEW = generationName({ ...readGenerationName(OLD)!, zoneData: '2099z' });
const OTHER_DATA = { NODE_OPTIONS: `--require=${resolve(__dirname, 'other-zone-data.cjs')}` };

/** Reads again and again, and counts by what came. */
function readOn(url: string) {
  const counts = new Map<string, number>();
  const over = new AbortController();
  const token = signPortalToken(SECRET, {
    organizationId: ORGANIZATION,
    customerId: CUSTOMERS[0]!,
    expiresAt: ((Date.now() + 3_600_000) * 1_000) as Micros,
  });
  const reading = (async () => {
    while (!over.signal.aborted) {
      const response = await fetch(`${url}${DASHBOARD_PATH}?token=${token}`);
      await response.arrayBuffer();
      const state = response.headers.get('dashboard-status') ?? 'fresh';
      const name = response.status === 200 ? state : String(response.status);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  })();
  // A test that fails before it stops this must not end the whole run.
  reading.catch(() => undefined);
  return {
    counts,
    stop: async () => {
      over.abort();
      await reading;
    },
  };
}

describe('a new image with other time zone data', () => {
  const started = performance.now();
  const tell = (what: string): void => {
    process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(1)} s ${what}\n`);
  };

  it('does not leave the live generation unfed, and takes over without a failed read', async () => {
    const corner = await openCorner();
    const { environment } = corner;
    const publish = (events: ReturnType<typeof used>) =>
      corner.publish(events.map((event) => eventLine(event)));
    await publish([...bought, ...used('one')]);
    const first = await startService('projector', environment);
    const figures = await openReader(corner, NOW);
    await shown(figures.url, 100);
    expect(await first.kill('SIGTERM')).toBe(0);
    tell('the old projector has stopped');

    const alone = await endOf('projector', { ...environment, ...OTHER_DATA, GO_LIVE: 'take-over' });
    tell('the new one alone was refused');
    expect([alone.code, alone.log]).toEqual([2, expect.stringContaining('--orphan-live')]);
    expect(alone.log).toContain(`readers are on generation ${OLD}`);

    const old = await startService('projector', environment);
    const newReader = await startService('reader', { ...environment, ...OTHER_DATA });
    await eventually(
      () => fetch(`${newReader.url}/readyz`).then((response) => response.json()),
      (ready) => (ready as { warning?: string }).warning === 'time_zone_data',
    );
    const reads = readOn(newReader.url);
    await eventually(
      () => Promise.resolve(reads.counts),
      (counts) => (counts.get(STALE) ?? 0) > 0,
    );
    await publish(used('two'));
    tell('the new one starts beside the old one');
    const next = await startService('projector', {
      ...{ ...environment, ...OTHER_DATA, GO_LIVE: 'take-over' },
    });
    await eventually(
      () => Promise.resolve(next.log.join('\n')),
      (log) => log.includes('caught up'),
    );
    tell('the new one has caught up');
    await eventually(
      () => Promise.resolve(reads.counts),
      (counts) => (counts.get('fresh') ?? 0) > 0,
    );
    tell('readers with the new data say fresh');
    await publish(used('three'));
    await shown(figures.url, 300);
    expect(await old.kill('SIGTERM')).toBe(0);

    const prune = await shell(`"$0" ${COMMAND} generations prune --all-unfed --json`, environment);
    tell('the old generation is removed');
    expect([prune.code, prune.stderr]).toEqual([0, '']);
    const told = JSON.parse(prune.stdout) as { pruned: { generation: string; group: object }[] };
    expect(told.pruned).toMatchObject([{ generation: OLD, group: { problem: null } }]);
    const list = await shell(`"$0" ${COMMAND} generations list --json`, environment);
    expect(JSON.parse(list.stdout)).toMatchObject({
      live: NEW,
      generations: [{ generation: NEW, live: true, keys: 2 * CUSTOMERS.length + 2 }],
      complete: true,
    });
    const groups = (await listGroups(corner.kafka, 10_000)).filter((group) =>
      group.startsWith(`${corner.prefix}.`),
    );
    expect(groups).toEqual([expect.stringContaining(NEW)]);

    await reads.stop();
    expect([...reads.counts.keys()].sort()).toEqual(['fresh', STALE]);
    expect(await next.kill('SIGTERM')).toBe(0);
    expect(await newReader.kill('SIGTERM')).toBe(0);
    await figures.stop();
    await expectFreshFold({ ...corner, generation: NEW });
  });
});

const STALE = 'stale; reason="time_zone_data"';
