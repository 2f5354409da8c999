import { SCHEMA_TEXTS, subjectOf } from '@portal/contracts';
import { type Family } from '@portal/projection';
import {
  askRegistry,
  type RegistryConnection,
  registryRefusal,
  type RegistryRequest,
  registryTrouble,
} from './registry-http.ts';

const DEADLINE_MS = 15_000;
const COMPATIBILITY = 'BACKWARD';

/**
 * Registers our schema of a family under `<topic>-value` with compatibility BACKWARD, or finds it there.
 * Returns its id. Throws with the registry's reason when it is incompatible or does not answer.
 */
export async function registerSchema(
  connection: RegistryConnection,
  family: Family,
  prefix: string,
): Promise<number> {
  const subject = subjectOf(family, prefix);
  const name = encodeURIComponent(subject);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  const ask = async (request: Omit<RegistryRequest, 'signal'>): Promise<unknown> => {
    const answer = await askRegistry(connection, { ...request, signal }).catch((error: unknown) => {
      const reason = signal.aborted ? `no answer in ${DEADLINE_MS} ms` : registryTrouble(error);
      throw new Error(`${subject} was not registered: ${reason}`, { cause: error });
    });
    if (answer.status === 404 && request.method === 'GET') return null;
    if (answer.status === 200) return answer.body;
    throw new Error(`${subject} was not registered: ${registryRefusal(answer)}`);
  };
  const config = (await ask({ method: 'GET', path: `/config/${name}` })) as {
    readonly compatibilityLevel?: unknown;
  } | null;
  const level = config?.compatibilityLevel;
  if (config !== null && String(level).toUpperCase() !== COMPATIBILITY) {
    const found = `its compatibility is ${String(level).slice(0, 50)}, not ${COMPATIBILITY}`;
    throw new Error(`${subject} was not registered: ${found}`);
  }
  const body = { schema: SCHEMA_TEXTS[family] };
  const path = `/subjects/${name}/versions`;
  const registered = (await ask({ method: 'POST', path, body })) as { readonly id?: unknown };
  if (config === null) {
    const compatibility = { compatibility: COMPATIBILITY };
    await ask({ method: 'PUT', path: `/config/${name}`, body: compatibility });
  }
  if (typeof registered.id === 'number') return registered.id;
  throw new Error(`${subject} was not registered: the registry does not say its id`);
}
