import { createHash } from 'node:crypto';
import { generationName, ownZoneData } from '@portal/contracts';
import { FOLD_VERSION, type Settings } from '@portal/projection';

const SETTINGS_HASH_LENGTH = 8;

/**
 * The generation this code feeds: `v1-2026b-3f2a9c01`. Everything the fold reads besides events is in
 * it (code, time zone rules, settings), so two processes that would fold differently never share one.
 */
export function generationOf(settings: Settings): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
  return generationName({
    foldVersion: FOLD_VERSION,
    zoneData: ownZoneData(process.versions['tz']),
    settings: hash.slice(0, SETTINGS_HASH_LENGTH),
  });
}

/**
 * The consumer group that feeds a generation. Two stores never share one: what is committed for one of them says
 * nothing of what the other holds.
 */
export const groupOf = (topicPrefix: string, identity: string, generation: string): string =>
  `${topicPrefix}.${identity}.${generation}`;
