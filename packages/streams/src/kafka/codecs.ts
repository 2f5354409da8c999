import { promisify } from 'node:util';
import zlib from 'node:zlib';
import kafkajs from 'kafkajs';
import snappy from 'kafkajs-snappy';

const { CompressionCodecs, CompressionTypes } = kafkajs;

/** Which compressions of a topic this process can read. gzip is built into kafkajs. */
export interface Codecs {
  readonly snappy: true;
  /** kafkajs-lz4 is an optional dependency with a native part: false when it did not install. */
  readonly lz4: boolean;
  /** Node has it from 22.15 on; for older ones there is no package that installs. */
  readonly zstd: boolean;
}

/** A batch this process cannot decompress: its partition is held, and the text says what helps. */
export class UnsupportedCodec extends Error {
  /** kafkajs retries unless it reads this. */
  readonly retriable = false;

  constructor(codec: string, remedy: string) {
    super(`records compressed with ${codec} cannot be read here: ${remedy}`);
    this.name = 'UnsupportedCodec';
  }
}

/** Tells kafkajs about every codec there is; without it, a foreign compression kills a consumer with no word. */
export async function registerCodecs(): Promise<Codecs> {
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  return { snappy: true, lz4: await registerLz4(), zstd: registerZstd() };
}

type Decompress = (bytes: Buffer, done: (error: Error | null, result: Buffer) => void) => void;

function registerZstd(): boolean {
  const { zstdDecompress } = zlib as { readonly zstdDecompress?: Decompress };
  const refused = refusing(
    'zstd',
    'run on Node 22.15 or newer; for records to come, set compression.type of the topic to gzip, snappy or lz4',
  );
  CompressionCodecs[CompressionTypes.ZSTD] =
    zstdDecompress === undefined
      ? refused
      : () => ({ ...refused(), decompress: promisify(zstdDecompress) });
  return zstdDecompress !== undefined;
}

async function registerLz4(): Promise<boolean> {
  try {
    const { default: exported } = await import('kafkajs-lz4');
    // Whether a CommonJS module's `default` is unpacked depends on who loads it: Node does not, bundlers do.
    const Lz4 = 'default' in exported ? exported.default : exported;
    CompressionCodecs[CompressionTypes.LZ4] = new Lz4().codec;
    return true;
  } catch {
    CompressionCodecs[CompressionTypes.LZ4] = refusing(
      'lz4',
      'the optional package kafkajs-lz4 (native) is not installed; install it, or use gzip or snappy',
    );
    return false;
  }
}

const refusing = (codec: string, remedy: string) => () => {
  const refuse = (): Promise<Buffer> => Promise.reject(new UnsupportedCodec(codec, remedy));
  return { compress: refuse, decompress: refuse };
};

/** The codec error inside whatever kafkajs wrapped around it. */
export function unsupportedCodec(error: unknown): UnsupportedCodec | null {
  if (error instanceof UnsupportedCodec) return error;
  return error instanceof Error && error.cause !== undefined ? unsupportedCodec(error.cause) : null;
}
