import {
  createMemoryDatabase,
  createMemoryPointer,
  createMemoryReader,
  createMemoryStore,
} from '../src/index.ts';
import { storeContract } from './store-contract.ts';

storeContract('memory', () => {
  const database = createMemoryDatabase();
  return {
    store: (generation) => createMemoryStore({ generation, database }),
    reader: () => createMemoryReader({ database }),
    pointer: () => createMemoryPointer({ database }),
    close: () => Promise.resolve(),
  };
});
