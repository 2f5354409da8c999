import { Gauge, type Logger, type Registry } from '@portal/runtime';
import { feederOf, type StoreSnapshot } from '@portal/stores';

/** Tells of what each beat saw; what changes for the worse goes to the log once. */
export function presenceGauges(
  registry: Registry,
  logger: Logger,
): (snapshot: StoreSnapshot) => void {
  const fed = new Gauge({
    name: 'portal_projector_live_generation_fed',
    help: 'Whether a running projector feeds the generation readers are on: 1 or 0; NaN = none is live',
    registers: [registry],
  });
  fed.set(Number.NaN);
  let wasFed = true;
  return (snapshot) => {
    const { live } = snapshot;
    const isFed = live !== null && feederOf(snapshot, live) !== undefined;
    fed.set(live === null ? Number.NaN : Number(isFed));
    if (live !== null && isFed !== wasFed) {
      if (isFed) logger.info({ live }, 'the live generation is fed again');
      else
        logger.error(
          { live },
          'no running projector feeds the live generation: its answers stand still',
        );
    }
    wasFed = live === null || isFed;
  };
}
