/** What a file is, told by its first bytes and never by its name. */
export type Content =
  | { readonly kind: 'text' }
  | { readonly kind: 'gzip' }
  /** Nothing that can be read here; `reason` says what it is and what to do. */
  | { readonly kind: 'foreign'; readonly reason: string };

/** As many bytes are needed to tell; a shorter file is text. */
export const RECOGNISED_BYTES = 8;

const GZIP = [0x1f, 0x8b];
const UTF_8 =
  'save it as UTF-8, for example: iconv -f UTF-16 -t UTF-8 FILE > NEW (PowerShell: Set-Content -Encoding utf8)';

/** Longer beginnings stand before the shorter ones that they begin with. */
const FOREIGN: readonly (readonly [start: readonly number[], reason: string])[] = [
  [
    [0xff, 0xfe, 0x00, 0x00],
    'is UTF-32 text; save it as UTF-8, for example: iconv -f UTF-32 -t UTF-8 FILE > NEW',
  ],
  [
    [0x00, 0x00, 0xfe, 0xff],
    'is UTF-32 text; save it as UTF-8, for example: iconv -f UTF-32 -t UTF-8 FILE > NEW',
  ],
  [[0xff, 0xfe], `is UTF-16 text; ${UTF_8}`],
  [[0xfe, 0xff], `is UTF-16 text; ${UTF_8}`],
  [[0x7b, 0x00], `is UTF-16 text; ${UTF_8}`],
  [[0x5b, 0x00], `is UTF-16 text; ${UTF_8}`],
  [[0x00, 0x7b], `is UTF-16 text; ${UTF_8}`],
  [[0x00, 0x5b], `is UTF-16 text; ${UTF_8}`],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed with zstd; unpack it first: zstd -d FILE'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], 'is compressed with xz; unpack it first: xz -d FILE'],
  [[0x42, 0x5a, 0x68], 'is compressed with bzip2; unpack it first: bzip2 -d FILE'],
  [[0x04, 0x22, 0x4d, 0x18], 'is compressed with lz4; unpack it first: lz4 -d FILE'],
  [[0x50, 0x4b, 0x03, 0x04], 'is a zip archive; unpack it first: unzip FILE'],
  [[0x50, 0x41, 0x52, 0x31], 'is Parquet; events are read as JSON, one a line'],
  [[0x4f, 0x62, 0x6a, 0x01], 'is an Avro file; events are read as JSON, one a line'],
];

/** Recognises the format by the first bytes of a file, `RECOGNISED_BYTES` of them unless it is shorter. */
export function recognise(head: Uint8Array): Content {
  const startsWith = (start: readonly number[]): boolean =>
    start.every((byte, index) => head[index] === byte);
  if (startsWith(GZIP)) return { kind: 'gzip' };
  const foreign = FOREIGN.find(([start]) => startsWith(start));
  return foreign === undefined ? { kind: 'text' } : { kind: 'foreign', reason: foreign[1] };
}
