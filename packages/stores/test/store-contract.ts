import { afterEach, beforeEach, describe } from '@jest/globals';
import { assumedLaws } from './contract/assumed.ts';
import { byteLaws } from './contract/bytes.ts';
import { directoryLaws } from './contract/directory.ts';
import { erasureLaws } from './contract/erasure.ts';
import { modelLaw } from './contract/model.ts';
import { parkedLaws } from './contract/parked.ts';
import { pruneLaws } from './contract/pruning.ts';
import { readerLaws } from './contract/readers.ts';
import { recordLaws } from './contract/records.ts';
import { type StoreBench } from '@portal/testkit';
import { type Subject } from './contract/subject.ts';
import { checkpointLaws } from './contract/checkpoints.ts';

/** The laws of the DocumentStore port, for any implementation. */
export function storeContract(name: string, open: () => StoreBench): void {
  describe(`${name} keeps the laws of a document store`, () => {
    const now = {} as Subject;
    beforeEach(() => {
      now.bench = open();
      now.store = now.bench.store('g1');
    });
    afterEach(() => now.bench.close());

    describe('records', () => {
      recordLaws(now);
      modelLaw(now);
    });
    describe('fields of bytes', () => {
      byteLaws(now);
    });
    describe('event ids assumed to be absent', () => {
      assumedLaws(now);
    });
    describe('erasure', () => {
      erasureLaws(now);
    });
    describe('checkpoints', () => {
      checkpointLaws(now);
    });
    describe('parked entries', () => {
      parkedLaws(now);
    });
    describe('identity, writers and generations', () => {
      directoryLaws(now);
    });
    describe('pruning', () => {
      pruneLaws(now);
    });
    describe('readers and the pointer', () => {
      readerLaws(now);
    });
  });
}
