import { memoryBench } from '@portal/testkit';
import { storeContract } from './store-contract.ts';

storeContract('memory', () => memoryBench());
