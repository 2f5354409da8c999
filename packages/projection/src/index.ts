export * from './answer.ts';
export * from './coordinates.ts';
export * from './events.ts';
export * from './ids.ts';
export * from './settings.ts';
