import { afterEach, describe, expect, it } from '@jest/globals';
import { type Corner, openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { eventually, startService } from '../e2e/process.ts';
import { openReader } from '../e2e/reader.ts';
import { bought, NOW, shown, used } from './calls.ts';
import { type OwnKafka, startKafka } from './own-kafka.ts';
import { expectFreshFold } from './stored.ts';

const ROUNDS = 9;

/** Sends one call of every customer after the other, each again until the broker took it. */
async function publishCalls(corner: Corner, progress: { round: number }): Promise<void> {
  for (; progress.round < ROUNDS; progress.round += 1) {
    const lines = used(String(progress.round)).map((event) => eventLine(event));
    await eventually(
      () => corner.publish(lines).then(() => true),
      (sent) => sent,
    );
  }
}

describe('Kafka killed with -9 and started again, under a running projector', () => {
  let opened: OwnKafka | null = null;
  afterEach(() => opened?.stop());

  it('lets a projector say that it is away, and end when asked to', async () => {
    const kafka = await startKafka();
    opened = kafka;
    const corner = await openCorner('single', [kafka.address]);
    await corner.publish(bought.map((event) => eventLine(event)));
    const projector = await startService('projector', corner.environment);
    const ready = async () => (await fetch(`${projector.url}/readyz`)).status;
    await eventually(ready, (status) => status === 200);
    await kafka.kill();
    await eventually(ready, (status) => status === 503);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });

  it('loses and doubles nothing: the projector goes on, or the next one does', async () => {
    const kafka = await startKafka();
    opened = kafka;
    const corner = await openCorner('single', [kafka.address]);
    await corner.publish(bought.map((event) => eventLine(event)));
    let projector = await startService('projector', corner.environment);
    const reader = await openReader(corner, NOW);

    const progress = { round: 0 };
    const published = publishCalls(corner, progress);
    await eventually(
      () => Promise.resolve(progress.round),
      (round) => round >= ROUNDS / 3,
    );
    await kafka.kill();
    expect(progress.round).toBeLessThan(ROUNDS);
    await kafka.start();
    await published;

    const goesOn = shown(reader.url, ROUNDS * 100);
    const ended = await Promise.race([projector.exited, goesOn.then(() => 'goes on' as const)]);
    if (ended !== 'goes on') {
      expect(ended).not.toBe(0);
      projector = await startService('projector', corner.environment);
      await goesOn;
    }
    expect(await projector.kill('SIGTERM')).toBe(0);
    await reader.stop();
    await expectFreshFold(corner);
  });
});
