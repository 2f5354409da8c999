export { isAccepted } from './store/accepted.ts';
export { generationOf, groupOf } from './store/generation.ts';
export { goLive, recordsRemaining } from './go-live.ts';
export { type WaitingPartition, waitingPartitions } from './health/history-notes.ts';
export { createProjectorMetrics, recordsByOutcome } from './metrics/metrics.ts';
export { startProjector, type Projector } from './projector.ts';
export { type Goal } from './health/pulse.ts';
export { type Progress } from './follow/stalls.ts';
