export * from './decoded.ts';
export * from './generation-name.ts';
export * from './http/index.ts';
export * from './secret.ts';
export * from './token.ts';
export * from './state-id.ts';
export * from './events/index.ts';
export * from './decisions.ts';
export { excerpt } from './excerpt.ts';
