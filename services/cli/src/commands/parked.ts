import { type Command } from 'commander';
import { addParkedAccept } from './parked-accept.ts';
import { addParkedList } from './parked-list.ts';
import { addParkedShow } from './parked-show.ts';

export function addParked(program: Command): void {
  const parked = program
    .command('parked')
    .description(
      'Records that could not be applied: list them, look at one, say which you know of and live with.',
    );
  addParkedList(parked);
  addParkedShow(parked);
  addParkedAccept(parked);
}
