import { fromMillis, type Micros, toMillis } from '@portal/billing';
import { createTokenVerifier, DEFAULT_TOPIC_PREFIX, ownZoneData } from '@portal/contracts';
import { customerIdOf, type DatePolicy, partitionName, type Settings } from '@portal/projection';
import {
  generationOf,
  goLive,
  type Goal,
  recordsByOutcome,
  startProjector,
} from '@portal/projector';
import { createReaderApp, storeReadiness } from '@portal/reader';
import { createMetricsRegistry, listen, type Logger, type Registry } from '@portal/runtime';
import {
  createMemoryDatabase,
  createMemoryPointer,
  createMemoryReader,
  createMemoryStore,
  type MemoryDatabase,
  type ParkedEntry,
} from '@portal/stores';
import { createNdjsonSource, type NdjsonSource, type Tally } from '@portal/streams';
import { type Express } from 'express';
import { ALWAYS_SAID, type LineCounts, lineCounts } from '../line-counts.ts';
import { acceptInto } from './accept.ts';
import { createEmbeddedApp } from './app.ts';
import { noticeCustomers } from './customers.ts';
import { type Files, prepareFiles } from './files.ts';
import { type CustomerLink, linksOf } from './links.ts';
import { isLoopback } from './origin.ts';

export interface EmbeddedOptions {
  /** Files and folders of events, and `-` for the standard input. */
  readonly events: readonly string[];
  readonly samples: boolean;
  /** Keep reading the given files as they grow. */
  readonly follow: boolean;
  readonly port: number;
  readonly host: string;
  /** A clock that stands still; null: the real one. */
  readonly frozenAt: Micros | null;
  readonly secret: string;
  /** Origins whose pages may read the dashboard; `*` allows all. */
  readonly corsOrigins: readonly string[];
  readonly settings: Settings;
  readonly datePolicy: DatePolicy;
  /** Folder for the samples and for events that are posted. */
  readonly dataFolder: string;
  readonly pageFolder: string;
  readonly logger: Logger;
  /** Hears of lines with something wrong and of files that cannot be read. */
  readonly onMalformed: (text: string) => void;
  /** Hears of what is good in form and changes nothing, or is left out. */
  readonly onSkipped: (text: string) => void;
  /** Hears of events that are good in form and cannot be taken in: each is a hole in its customer's dashboard. */
  readonly onParked: (text: string) => void;
  readonly onProgress: (folded: number, total: number) => void;
  readonly failed: (reason: string) => void;
}

export interface Embedded {
  readonly port: number;
  /** The file of events that were posted to earlier starts; null when there are none. */
  readonly posted: string | null;
  /** Resolves once everything given has been applied; false when it was stopped before. */
  readonly ready: Promise<boolean>;
  readonly links: () => readonly CustomerLink[];
  /** What became of the lines read so far, and how many of them have something wrong. */
  lines(): Promise<{ readonly counts: LineCounts; readonly tally: Readonly<Tally> }>;
  stop(): Promise<void>;
}

const POLL_MS = 20;

/** The whole path in one process: NDJSON files → projector → memory → reader, portal page included. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const now = (): Micros => options.frozenAt ?? fromMillis(Date.now());
  const samplesAt = options.samples ? now() : null;
  const files = await prepareFiles(options.dataFolder, samplesAt);
  const database = createMemoryDatabase();
  const registry = createMetricsRegistry('embedded');
  const generation = generationOf(options.settings);
  const input = openSource(options, files);
  const { source, seen } = noticeCustomers(input);
  const pointer = createMemoryPointer({ database });
  let goal: Goal = 'building';
  const projector = await startProjector({
    ...{ source, pointer },
    goal: () => goal,
    readersNow: () => toMillis(now()),
    store: createMemoryStore({ generation, database }),
    settings: options.settings,
    logger: withoutParked(options.logger),
    registry,
    now: Date.now,
    ended: options.failed,
    ...{ heals: false, presence: null, refused: tellParked(options) },
  });
  const reach = isLoopback(options.host) ? 'loopback' : 'network';
  const links = (): readonly CustomerLink[] =>
    linksOf(options.secret, now(), samplesAt, seen(), reach);
  const app = createEmbeddedApp({
    reader: readerOn(database, options, now, registry),
    host: options.host,
    pageFolder: options.pageFolder,
    now,
    frozen: options.frozenAt !== null,
    links,
    logger: options.logger,
    accept: acceptInto(files.log, projector),
  });
  const server = await listen(app, options).catch(async (error: unknown) => {
    // Whatever goes on following would keep the process alive.
    await projector.stop();
    await source.close();
    throw error;
  });
  const stopping = new AbortController();
  const ready = goLive({
    projector,
    pointer,
    generation,
    takeOver: false,
    stopping: stopping.signal,
    pollMs: POLL_MS,
    waiting: ({ folded, total }) => {
      options.onProgress(folded, total);
    },
  });
  return {
    ...{ port: server.port, posted: files.posted },
    ready: ready.then(async ({ kind }) => {
      goal = 'settled';
      // Only then is everything counted, too.
      if (kind === 'live') await input.delivered;
      return kind === 'live';
    }),
    links,
    lines: () => linesOf(input, registry),
    stop: async () => {
      stopping.abort();
      await server.stop();
      await projector.stop();
      await source.close();
    },
  };
}

async function linesOf({ tally: counted }: NdjsonSource, registry: Registry) {
  const tally = { ...counted };
  const outcomes = await recordsByOutcome(registry);
  return { counts: lineCounts(tally, outcomes, ALWAYS_SAID.start), tally };
}

const tellParked =
  ({ onParked }: EmbeddedOptions) =>
  (entry: ParkedEntry): void => {
    onParked(parkedText(entry));
  };

/** The place is the one that `meta.holes` has. */
const parkedText = ({ ref, reason, ...at }: ParkedEntry): string =>
  `${partitionName(at)}@${at.offset}: ${ref === null ? 'no customer' : `customer ${customerIdOf(ref)}`}: ${reason}`;

/**
 * What is parked is told in words: a malformed line by its file and place, the others by `onParked`. The projector's
 * other warnings are of a store that is away, which memory never is.
 */
const withoutParked = (logger: Logger): Logger =>
  logger.level === 'warn' ? logger.child({}, { level: 'error' }) : logger;

const openSource = (options: EmbeddedOptions, files: Files): NdjsonSource =>
  createNdjsonSource({
    paths: [...files.samples, ...options.events],
    growing: [files.log, ...(options.follow ? options.events : [])],
    onMalformed: ({ text }) => {
      options.onMalformed(text);
    },
    onSkipped: ({ text }) => {
      options.onSkipped(text);
    },
    onNotice: (notice) => {
      options.logger.warn(notice, notice.kind);
    },
    pollMs: POLL_MS,
  });

function readerOn(
  database: MemoryDatabase,
  options: EmbeddedOptions,
  now: () => Micros,
  registry: Registry,
): Express {
  const documents = createMemoryReader({ database });
  const zoneData = ownZoneData(process.versions['tz']);
  const { app } = createReaderApp({
    documents,
    verifyToken: createTokenVerifier(options.secret),
    now,
    allowAt: true,
    topicPrefix: DEFAULT_TOPIC_PREFIX,
    datePolicy: options.datePolicy,
    zoneData,
    corsOrigins: options.corsOrigins,
    ready: () => storeReadiness(documents, zoneData),
    registry,
    logger: options.logger,
  });
  return app;
}
