import { type Micros } from '@portal/billing';

interface Created {
  readonly created_at: Micros;
  readonly id: string;
}

/** The order of rows everywhere: created_at, then id. */
export const compareCreated = (a: Created, b: Created): number =>
  a.created_at - b.created_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
