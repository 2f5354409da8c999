import { ContractError } from './reading.ts';
import { undecodable, type Undecodable } from './undecodable.ts';

const BEYOND = 'is nested too deeply, or holds a number beyond every range';

/** Where thrown ContractErrors become values: the only way out of a check. */
export function attempt<T>(
  read: () => T,
): { readonly kind: 'value'; readonly value: T } | Undecodable {
  try {
    return { kind: 'value', value: read() };
  } catch (error) {
    // What exhausts the stack or a number's range is the value's fault, not the program's.
    if (error instanceof RangeError) return undecodable('contract_invalid', null, BEYOND);
    if (!(error instanceof ContractError)) throw error;
    return undecodable('contract_invalid', error.path === '' ? null : error.path, error.message);
  }
}
