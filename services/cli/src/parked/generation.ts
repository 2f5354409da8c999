import { createRedisPointer, createRedisStore, type DocumentStore } from '@portal/stores';
import { EXIT } from '../say.ts';
import { type StoreOptions } from '../store-options.ts';

/** The generation that a command looks at. */
export interface Generation {
  readonly name: string;
  readonly live: boolean;
}

export type InGeneration<Told> =
  | { readonly kind: 'told'; readonly told: Told }
  | {
      readonly kind: 'no_generation';
      readonly problem: string;
      readonly remedy: string;
      readonly exitCode: number;
    };

/**
 * Asks the store of one generation, the live one when none is named. Reads only: a reader's rights are enough. One of
 * which nothing was ever folded is none: a mistyped name must not look like nothing parked.
 */
export async function inGeneration<Told>(
  { connection, prefix }: StoreOptions['redis'],
  { named, timeoutMs }: { readonly named: string | undefined; readonly timeoutMs: number },
  ask: (store: DocumentStore, generation: Generation) => Promise<Told>,
): Promise<InGeneration<Told>> {
  const pointer = createRedisPointer({ connection, prefix, timeoutMs, whenAway: 'ask' });
  const live = await pointer.live().finally(() => pointer.close());
  const name = named ?? live;
  if (name === null) {
    const problem = 'no generation is live';
    return { kind: 'no_generation', problem, remedy: REMEDY, exitCode: EXIT.failed };
  }
  const store = createRedisStore({ connection, prefix, generation: name, timeoutMs });
  try {
    if (name !== live && (await store.checkpoints()).size === 0) {
      const problem = `the store holds no generation ${name}`;
      return { kind: 'no_generation', problem, remedy: REMEDY, exitCode: EXIT.usage };
    }
    return { kind: 'told', told: await ask(store, { name, live: name === live }) };
  } finally {
    await store.close();
  }
}

const REMEDY = 'generations list names them; --generation takes one';

/** What is wrong with a name, which becomes part of keys; null: nothing. */
export const generationFault = (named: string | undefined): string | null =>
  named === undefined || /^[\w.-]{1,100}$/.test(named)
    ? null
    : '--generation takes a name as generations list shows it';
