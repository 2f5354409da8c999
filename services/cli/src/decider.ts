import { randomUUID } from 'node:crypto';
import { fromMillis } from '@portal/billing';
import { EXIT, type Output } from './say.ts';

/** Who decides, and why: kept with every decision. */
export interface Decider {
  readonly by: string;
  readonly reason: string;
}

const BY_MAX = 255;
const REASON_MAX = 1_000;

/** null when the command has failed, because somebody said nothing or too much. */
export function deciderOf(output: Output, { by, reason }: Decider): Decider | null {
  const given = { by: by.trim(), reason: reason.trim() };
  if (given.by === '' || given.by.length > BY_MAX) {
    output.fail(`--by takes a name of at most ${BY_MAX} characters`, null, EXIT.usage);
    return null;
  }
  if (given.reason === '' || given.reason.length > REASON_MAX) {
    output.fail(`--reason takes a text of at most ${REASON_MAX} characters`, null, EXIT.usage);
    return null;
  }
  return given;
}

/** What every decision says of itself. */
export const decisionBy = ({ by, reason }: Decider) => ({
  decision_id: randomUUID(),
  decided_at: fromMillis(Date.now()),
  decided_by: by,
  reason,
});
