export { generationOf } from './generation.ts';
export { goLive, recordsMissing } from './go-live.ts';
export { startProjector, type PartitionProgress, type Projector } from './projector.ts';
