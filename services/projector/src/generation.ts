import { createHash } from 'node:crypto';
import { FOLD_VERSION, type Settings } from '@portal/projection';

const SETTINGS_HASH_LENGTH = 8;

/**
 * The generation this code feeds: `v1-2026b-3f2a9c01`. Everything the fold reads besides events is in
 * it (code, time zone rules, settings), so two processes that would fold differently never share one.
 */
export function generationOf(settings: Settings): string {
  const zones = (process.versions['tz'] ?? 'unknown').replace(/[^\w.]/g, '');
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
  return `v${FOLD_VERSION}-${zones}-${hash.slice(0, SETTINGS_HASH_LENGTH)}`;
}
