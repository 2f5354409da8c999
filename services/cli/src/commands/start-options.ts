import { type Micros, parseIso, whyNoInstant } from '@portal/billing';
import { type DatePolicy } from '@portal/projection';
import { CORS_ORIGINS } from '@portal/reader';
import { checkedText, type LoggerOptions, readConfig, secret, VARIABLES } from '@portal/runtime';
import { checkPaths } from '@portal/streams';

/** As they are given. */
export interface StartOptions {
  readonly events: readonly string[];
  readonly port: string;
  readonly host: string;
  readonly clock?: string;
  readonly follow: boolean;
  readonly datePolicy: DatePolicy;
  readonly samples: boolean;
  readonly corsOrigin?: readonly string[];
  readonly data: string;
  readonly json: boolean;
}

interface CheckedOptions {
  readonly port: number;
  readonly clock: Micros | null;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LoggerOptions['level'];
  readonly secret: string | undefined;
}

/** The options as they are used, or what is wrong with one. */
export async function checkOptions(options: StartOptions): Promise<CheckedOptions | string> {
  const port = Number(options.port);
  if (!/^\d{1,5}$/.test(options.port) || port > 65_535) {
    return `--port: ${JSON.stringify(options.port)} is no port (0 to 65535)`;
  }
  const clock = options.clock === undefined ? null : parseIso(options.clock);
  if (options.clock !== undefined && clock === null) {
    const why = whyNoInstant(options.clock) ?? 'is no instant such as "2026-11-23T10:00:00Z"';
    return `--clock: ${JSON.stringify(options.clock)} ${why}`;
  }
  const problem = await checkPaths(options.events, options.follow);
  if (problem !== null) return `--events: ${problem}`;
  const read = readConfig(VARIABLES_READ, {
    CORS_ORIGINS: options.corsOrigin?.join() ?? process.env['CORS_ORIGINS'],
    LOG_LEVEL: process.env['LOG_LEVEL'],
    PORTAL_JWT_SECRET: process.env['PORTAL_JWT_SECRET'],
    PORTAL_JWT_SECRET_FILE: process.env['PORTAL_JWT_SECRET_FILE'],
  });
  if (read.kind === 'invalid') {
    const wrong = read.problems.join('; ');
    return options.corsOrigin === undefined
      ? wrong
      : wrong.replace('CORS_ORIGINS', '--cors-origin');
  }
  const { CORS_ORIGINS: corsOrigins, LOG_LEVEL: logLevel, PORTAL_JWT_SECRET: secret } = read.config;
  return { port, clock, corsOrigins, logLevel, secret };
}

const VARIABLES_READ = {
  CORS_ORIGINS,
  LOG_LEVEL: VARIABLES.LOG_LEVEL.default('warn'),
  // The links are for this mode alone: any secret signs them.
  PORTAL_JWT_SECRET: secret(checkedText(() => null).optional()),
};
