import { type AssumedIds, type CustomerRef, PART_NAMES, shardField } from '@portal/projection';
import { bytesOf, fromStored, holdsBytes, toStored } from './bytes.ts';
import { checkChange } from './check-change.ts';
import { type Argument, type RedisCommand, type Reply } from './command.ts';
import { type Keys, RECORD_FIELDS, sideField, VECTOR_FIELD } from './keys.ts';
import { type RedisLink } from './link.ts';
import { APPLY } from './lua/apply.lua.ts';
import {
  type ApplyResult,
  type LoadedRecord,
  type LoadRequest,
  type RecordChange,
} from './port.ts';
import { recordIn, valuesOf } from './replies.ts';

/** One round trip: HMGET reads vector, parts and fields at one moment; the tombstone comes after it. */
export async function load(
  link: RedisLink,
  keys: Keys,
  requests: readonly LoadRequest[],
): Promise<readonly LoadedRecord[]> {
  const replies = await link.run(
    requests.flatMap(({ ref, fields }): RedisCommand[] => [
      {
        // One command for both, so that one moment is read; texts alone are cheaper to read as such.
        kind: fields.some(holdsBytes) ? 'bytes' : 'plain',
        name: 'hmget',
        key: keys.record(ref),
        args: [...RECORD_FIELDS, ...fields.map(sideField)],
      },
      { kind: 'plain', name: 'exists', key: keys.tombstone(ref), args: [] },
    ]),
  );
  return requests.map(({ ref, fields }, index) =>
    replies[2 * index + 1] === 1
      ? erasedRecord(ref)
      : loadedRecord(ref, fields, valuesOf(replies[2 * index])),
  );
}

const erasedRecord = (ref: CustomerRef): LoadedRecord => ({
  ref,
  vector: '',
  parts: new Map(),
  fields: new Map(),
  erased: true,
});

function loadedRecord(
  ref: CustomerRef,
  names: readonly string[],
  reply: readonly (string | Buffer | null)[],
): LoadedRecord {
  const texts = reply.slice(0, RECORD_FIELDS.length).map((value) => value?.toString() ?? null);
  const values = reply.slice(RECORD_FIELDS.length);
  const fields = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? null;
    if (value !== null) fields.set(name, fromStored(name, value));
  }
  return { ref, ...recordIn(PART_NAMES, texts), fields, erased: false };
}

export async function apply(
  link: RedisLink,
  keys: Keys,
  changes: readonly RecordChange[],
): Promise<readonly ApplyResult[]> {
  changes.forEach(checkChange);
  const replies = await link.run(changes.map((change) => applyCommand(keys, change)));
  return replies.map(applyResult);
}

function applyCommand(keys: Keys, change: RecordChange): RedisCommand {
  const { ref, document } = change;
  const args: Argument[] = [change.expected, document === null ? '0' : '1', document ?? ''];
  args.push(change.replace === true ? '1' : '0', ...assumedArguments(change.assumed));
  args.push(String(change.remove.length), ...change.remove.map(sideField));
  args.push(VECTOR_FIELD, change.vector, ...[...change.parts].flat());
  for (const [name, value] of change.set) args.push(sideField(name), toStored(name, value));
  return {
    kind: 'script',
    script: APPLY,
    keys: [keys.record(ref), keys.document(ref), keys.tombstone(ref)],
    args,
  };
}

function assumedArguments(assumed: AssumedIds | undefined): readonly string[] {
  if (assumed === undefined) return ['0'];
  const shards = [...assumed].flatMap(([number, rows]) => [
    sideField(shardField(number)),
    bytesOf(rows.join('')).toString('hex'),
  ]);
  return [String(assumed.size), ...shards];
}

function applyResult(reply: Reply): ApplyResult {
  const result = APPLY_RESULTS.get(reply);
  if (result === undefined) throw new Error(`apply answered ${JSON.stringify(reply)}`);
  return result;
}

const APPLY_RESULTS: ReadonlyMap<Reply, ApplyResult> = new Map([
  [1, 'applied'],
  [0, 'conflict'],
  [2, 'known'],
  [-1, 'erased'],
]);
