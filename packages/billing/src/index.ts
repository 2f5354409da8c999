export * from './cents.ts';
export * from './decimal.ts';
export * from './micros.ts';
export * from './terms.ts';
