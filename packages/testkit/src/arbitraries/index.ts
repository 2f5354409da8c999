export * from './events.ts';
export { arbitraryInstant } from './words.ts';
