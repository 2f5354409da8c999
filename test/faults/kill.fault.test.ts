import { parseIso, type Micros } from '@portal/billing';
import { sampleEvents } from '@portal/cli';
import { parseLine } from '@portal/contracts';
import { customerRef, type CustomerRef } from '@portal/projection';
import { describe, expect, it } from '@jest/globals';
import { openCorner } from '../e2e/corner.ts';
import { startService } from '../e2e/process.ts';
import { storedOf } from './stored.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;
const KILLS = 6;

function refsOf(lines: readonly string[]): readonly CustomerRef[] {
  const refs = lines.map((line) => {
    const parsed = parseLine(line);
    if (parsed.kind !== 'record' || parsed.record.decoded.kind !== 'event') throw new Error(line);
    const { event } = parsed.record.decoded;
    return customerRef(event.organization_id, event.customer_id);
  });
  return [...new Set(refs)];
}

describe('a projector killed with -9', () => {
  it('resumes where it was: the result is byte for byte that of a run that was not killed', async () => {
    const lines = sampleEvents(NOW);
    const refs = refsOf(lines);
    const [calm, killed] = await Promise.all([openCorner(), openCorner()]);

    await calm.publish(lines);
    const undisturbed = await startService('projector', calm.environment);
    const expected = await storedOf(calm, refs, lines.length);
    await undisturbed.kill('SIGTERM');

    const share = Math.ceil(lines.length / KILLS);
    for (let index = 0; index < KILLS; index += 1) {
      const projector = await startService('projector', killed.environment);
      await killed.publish(lines.slice(index * share, (index + 1) * share));
      await new Promise((resolve) => setTimeout(resolve, 40 * index));
      await projector.kill('SIGKILL');
    }
    const last = await startService('projector', killed.environment);
    expect(await storedOf(killed, refs, lines.length)).toEqual(expected);
    expect(await last.kill('SIGTERM')).toBe(0);
  });
});
