export { generationOf, groupOf } from './generation.ts';
export { goLive, recordsMissing } from './go-live.ts';
export { type WaitingPartition, waitingPartitions } from './history-notes.ts';
export { createProjectorMetrics, recordsByOutcome } from './metrics.ts';
export { startProjector, type Projector } from './projector.ts';
export { type Goal } from './pulse.ts';
export { type Progress } from './stalls.ts';
