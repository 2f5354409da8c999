import { type Coordinates, partitionName } from '@portal/projection';
import { offsetText } from '@portal/streams';

/** Of a reason, in characters; a table cuts it further. */
export const REASON_MAX = 1_000;

/** `usage/3@17`, `usage/3@17 (history 1)`: as `parked show` takes it. */
export const placeText = (at: Coordinates): string =>
  `${partitionName(at)}@${offsetText(at.offset)}`;
