export * from './decoded.ts';
