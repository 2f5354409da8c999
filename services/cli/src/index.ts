export { type Embedded, type EmbeddedOptions, startEmbedded } from './embedded/embedded.ts';
export { sampleCustomers, sampleEvents, type SampleCustomer } from './samples/index.ts';
