import { subjectOf, type TopicName } from '@portal/contracts';
import {
  askRegistry,
  type RegistryConnection,
  registryRefusal,
  registryTrouble,
} from './registry-http.ts';

/** Whether what a registry says of an id can be believed. */
export type OursAnswer =
  | { readonly kind: 'ours'; readonly askedAt: number }
  | { readonly kind: 'away'; readonly reason: string };

/** As long as one answer is believed: the records of a whole topic may be refused in one go. */
const KNOWN_TTL_MS = 10_000;
const DEADLINE_MS = 5_000;

/**
 * Asks whether the registry knows the subject of a topic of ours. One that does not was emptied, or not set up yet:
 * what it says of schema ids says nothing of the records, and it may know them in a minute. Never rejects.
 */
export function createOursCheck(
  connection: RegistryConnection,
  prefix: string,
  now: () => number = Date.now,
): (name: TopicName) => Promise<OursAnswer> {
  const known = new Map<TopicName, { readonly answer: OursAnswer; readonly until: number }>();
  return async (name) => {
    const before = known.get(name);
    // Only the good answer is kept: while it is away, who asks waits longer each time anyway.
    if (before !== undefined && before.until > now()) return before.answer;
    const askedAt = now();
    const told = await ask(connection, subjectOf(name, prefix));
    if (told.kind === 'away') return told;
    const answer = { ...told, askedAt };
    known.set(name, { answer, until: now() + KNOWN_TTL_MS });
    return answer;
  };
}

type Told = { readonly kind: 'ours' } | Extract<OursAnswer, { readonly kind: 'away' }>;

async function ask(connection: RegistryConnection, subject: string): Promise<Told> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await askRegistry(connection, { method: 'GET', path, signal });
    const { status, body } = answer;
    if (status === 200) {
      return Array.isArray(body) && body.length > 0 ? { kind: 'ours' } : notOurs(subject);
    }
    const { error_code: code } = (body ?? {}) as { readonly error_code?: unknown };
    return status === 404 && code === SUBJECT_NOT_FOUND
      ? notOurs(subject)
      : { kind: 'away', reason: registryRefusal(answer) };
  } catch (error) {
    const reason = signal.aborted ? `no answer in ${DEADLINE_MS} ms` : registryTrouble(error);
    return { kind: 'away', reason };
  }
}

const SUBJECT_NOT_FOUND = 40401;

const notOurs = (subject: string): Told => ({
  kind: 'away',
  reason:
    `the schema registry does not know ${subject}: it was emptied or is not set up yet; ` +
    'run `portal-dashboard setup`',
});
