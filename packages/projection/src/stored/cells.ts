import { type DayCells, openSlot } from '@portal/billing';
import { type Codec, flag, listOf, number, text, versioned } from './codec.ts';
import { totals } from './totals.ts';

/** Rows of slot, series and totals, by slot, then by series. */
const day: Codec<DayCells> = {
  encode: ({ exact, slots }) => {
    const rows = [...slots].flatMap(([slot, bySeries]) =>
      [...bySeries].map(([series, own]) => ({ slot, series, own })),
    );
    rows.sort((a, b) => a.slot - b.slot || (a.series < b.series ? -1 : 1));
    return [
      flag.encode(exact),
      rows.map(({ slot, series, own }) => [slot, series, totals.encode(own)]),
    ];
  },
  decode: (stored) => {
    const [exact, rows] = listOf(stored, 2);
    const cells: DayCells = { exact: flag.decode(exact), slots: new Map() };
    for (const row of listOf(rows)) {
      const [slot, series, own] = listOf(row, 3);
      openSlot(cells, number.decode(slot)).set(text.decode(series), totals.decode(own));
    }
    return cells;
  },
};

/** The stored form of a metric's UTC day. */
export const cellsCodec = versioned(1, day);
