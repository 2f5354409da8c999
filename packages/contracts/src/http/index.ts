export * from './body.ts';
export * from './errors.ts';
export * from './meta.ts';
export * from './openapi.ts';
export { details } from './details.ts';
export { dashboardSummary } from './summary.ts';
