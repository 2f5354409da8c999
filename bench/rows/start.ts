import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from '../process.ts';
import { atMost, figuresOf, type Row } from '../row.ts';

/** `npm start` with dependencies and bundles in place: from the command to the first answer. */
export const start: Row = async ({ quick }) => {
  const seconds: number[] = [];
  for (let round = 0; round < (quick ? 3 : 5); round += 1) seconds.push(await startOnce());
  return [figuresOf('start')('embedded start to first answer', 's', seconds, atMost(3))];
};

async function startOnce(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'portal-bench-'));
  const began = performance.now();
  const { said, stop } = await startProcess('scripts/start.mjs', {
    args: ['--json', '--port', '0', '--data', folder],
    until: 'customers',
  });
  try {
    const [first] = said['customers'] as readonly { readonly answer: string }[];
    if (first === undefined) throw new Error('there is no sample customer to ask for');
    const response = await fetch(first.answer);
    await response.text();
    if (response.status !== 200) throw new Error(`the first answer has status ${response.status}`);
    return (performance.now() - began) / 1_000;
  } finally {
    await stop();
    await rm(folder, { recursive: true });
  }
}
