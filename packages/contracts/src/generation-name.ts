/**
 * What a generation was folded with, as its name tells it: `v3-2026b-3f2a9c01`. Whoever reads it must reckon by
 * the same rules.
 */
export interface GenerationParts {
  readonly foldVersion: number;
  /** Version of the time zone data: that of `process.versions.tz`. */
  readonly zoneData: string;
  /** Hash of the settings the fold reads. */
  readonly settings: string;
}

export const generationName = ({ foldVersion, zoneData, settings }: GenerationParts): string =>
  `v${foldVersion}-${zoneData}-${settings}`;

/** null: no name of ours. */
export function readGenerationName(name: string): GenerationParts | null {
  const [, version, zoneData, settings] = NAME.exec(name) ?? [];
  if (version === undefined || zoneData === undefined || settings === undefined) return null;
  return { foldVersion: Number(version), zoneData, settings };
}

const NAME = /^v(\d{1,9})-([\w.]{1,32})-([0-9a-f]{8})$/;

/** The time zone data this process reckons with, in letters a Redis key and a Kafka group take. */
export const ownZoneData = (version: string | undefined): string =>
  (version ?? 'unknown').replace(/[^\w.]/g, '').slice(0, 32);

/** The two versions when they differ: days and periods may then begin at other instants than those folded. */
export function otherZoneData(
  generation: string,
  own: string,
): { readonly generation: string; readonly own: string } | null {
  const made = readGenerationName(generation)?.zoneData;
  return made === undefined || made === own ? null : { generation: made, own };
}
