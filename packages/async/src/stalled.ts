/** Where a reader of a log stands, and since when; `end` was fetched apart from what it read. */
export interface Standing {
  readonly position: number;
  readonly end: number;
  readonly movedAt: number;
}

/** How long the reader has not moved while records wait, milliseconds; 0 when none wait. */
export const stalledFor = ({ position, end, movedAt }: Standing, now: number): number =>
  position < end ? Math.max(0, now - movedAt) : 0;
