import { parseIso, type Micros } from '@portal/billing';
import { sampleEvents } from '@portal/cli';
import { describe, expect, it } from '@jest/globals';
import { openCorner } from '../e2e/corner.ts';
import { startService } from '../e2e/process.ts';
import { allFolded, expectFreshFold } from './stored.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
const KILLS = 6;

describe('a projector killed with -9', () => {
  it('resumes where it was: records and documents are byte for byte those of a fresh fold', async () => {
    const lines = sampleEvents(NOW);
    const corner = await openCorner();
    const share = Math.ceil(lines.length / KILLS);
    for (let index = 0; index < KILLS; index += 1) {
      const projector = await startService('projector', corner.environment);
      await corner.publish(lines.slice(index * share, (index + 1) * share));
      // Killed at once the first time, then further and further on in its share.
      await allFolded(corner, Math.floor((index + index / KILLS) * share));
      await projector.kill('SIGKILL');
    }
    const last = await startService('projector', corner.environment);
    await expectFreshFold(corner);
    expect(await last.kill('SIGTERM')).toBe(0);
  });
});
