import { type DayCells, openSlot, type Totals } from '@portal/billing';
import { type Codec, flag, list, number, row, text, usually, versioned } from './codec.ts';
import { totals } from './totals.ts';

/** One cell; most are of the plain counter, whose series has no text. */
interface Cell {
  readonly slot: number;
  readonly totals: Totals;
  readonly series: string;
}

interface StoredDay {
  readonly exact: boolean;
  /** By slot, then by series. */
  readonly cells: readonly Cell[];
}

const storedDay = row<StoredDay>({
  exact: flag,
  cells: list(row<Cell>({ slot: number, totals, series: usually('', text) })),
});

const day: Codec<DayCells> = {
  encode: ({ exact, slots }) => {
    const cells: Cell[] = [];
    for (const [slot, bySeries] of slots) {
      for (const [series, own] of bySeries) cells.push({ slot, totals: own, series });
    }
    cells.sort((a, b) => a.slot - b.slot || (a.series < b.series ? -1 : 1));
    return storedDay.encode({ exact, cells });
  },
  decode: (stored) => {
    const { exact, cells } = storedDay.decode(stored);
    const open: DayCells = { exact, slots: new Map() };
    for (const { slot, totals: own, series } of cells) openSlot(open, slot).set(series, own);
    return open;
  },
};

/** The stored form of a metric's UTC day. */
export const cellsCodec = versioned(1, day);
