import { createOutput } from '../../src/output.ts';

/** Writes so many numbered lines, says how many found no room, and once it is told to, a last one before it exits. */
const lines = Number(process.argv[2]);
const output = createOutput((lost) => process.send?.({ lost }));
for (let line = 0; line < lines; line += 1) output.write(`${line} é ${'x'.repeat(1_000)}\n`);
process.send?.({ dropped: output.dropped() });
process.once('message', () => {
  output.write('last\n');
  void output.exit(0);
});
