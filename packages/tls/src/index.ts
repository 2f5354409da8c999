export { type TlsSettings, tlsOptions, tlsProblem } from './settings.ts';
export { type TlsNames, tlsTrouble } from './trouble.ts';
