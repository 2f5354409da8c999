import * as v from 'valibot';
import { dashboardShape, embeddedShape } from './answer-shape.ts';

/** The body of `GET /portal/dashboard_summary` with `include=details,meta`, as far as the page shows it. */
export type Dashboard = Read<v.InferOutput<typeof dashboardShape>>;

type Details = Dashboard['details'];
export type Bill = Dashboard['next_billing'][number];
export type UpcomingCharge = Dashboard['upcoming_charges'][number];
export type UsageProgress = Dashboard['usage_progress'][number];
export type Subscription = Details['subscriptions'][number];
export type Charge = Subscription['charges'][number];
export type Part = Charge['parts'][number];
export type Step = Part['steps'][number];
export type Feature = Details['features'][number];
export type Runway = NonNullable<Feature['runway']>;
export type CurrencyTotals = Details['totals_by_currency'][number];
export type Wallet = Details['wallets'][number];
export type Unavailable = Details['unavailable'][number];

/** The body of `GET /embedded/customers`. `frozen`: the server's clock stands still at `now`. */
export type Embedded = Read<v.InferOutput<typeof embeddedShape>>;

/** One of the embedded server's customers, with a token that opens its dashboard. */
export type SampleCustomer = Embedded['customers'][number];

/** Why there is nothing to show. `detail` is for support: the server's words, or the field that cannot be shown. */
export interface Problem {
  readonly code:
    | 'expired'
    | 'not_accepted'
    | 'unknown_customer'
    | 'bad_request'
    | 'busy'
    | 'unavailable'
    | 'failed'
    | 'offline';
  readonly detail: string | null;
  /** Seconds the server asked to wait; null when it named none. */
  readonly retryAfter: number | null;
}

export type Reading =
  | { readonly kind: 'ready'; readonly dashboard: Dashboard }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** What was read is never written to. */
type Read<T> = T extends readonly (infer Item)[]
  ? readonly Read<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Read<T[K]> }
    : T;

/** Longer than this nobody waits for an answer. */
const ANSWER_MAX_MS = 20_000;

/** However long the server asks to wait, the page tries again within the hour. */
const RETRY_MAX_SECONDS = 3_600;

/** What a person can read out to support. */
const DETAIL_CHARACTERS = 2_000;

/**
 * Reads one customer's dashboard, `at` an instant (ISO 8601) or now. Rejects only when the signal is
 * aborted.
 */
export async function readDashboard(
  token: string,
  at: string | null,
  signal: AbortSignal,
): Promise<Reading> {
  const query = new URLSearchParams({ token, include: 'details,meta' });
  if (at !== null) query.set('at', at);
  const answer = await ask(`portal/dashboard_summary?${query.toString()}`, signal);
  if (answer === null) {
    signal.throwIfAborted();
    return problem('offline', null);
  }
  const { response, body } = answer;
  if (!response.ok) {
    const detail = detailOf(body);
    const waits = Number(response.headers.get('retry-after') ?? 'none');
    const retryAfter = Number.isFinite(waits) ? Math.min(waits, RETRY_MAX_SECONDS) : null;
    return problem(codeOf(response.status, detail), detail, retryAfter);
  }
  const read = v.safeParse(dashboardShape, body, { abortEarly: true });
  if (read.success) return { kind: 'ready', dashboard: read.output };
  return problem('failed', v.getDotPath(read.issues[0]));
}

/** The embedded server's clock and customers; null where the page is served by anything else. */
export async function readEmbedded(): Promise<Embedded | null> {
  const answer = await ask('embedded/customers', new AbortController().signal);
  if (answer?.response.ok !== true) return null;
  const read = v.safeParse(embeddedShape, answer.body);
  return read.success ? read.output : null;
}

/** Never rejects: null is no answer. A body that is no JSON is null. */
async function ask(address: string, signal: AbortSignal) {
  const own = new AbortController();
  const stop = (): void => {
    own.abort();
  };
  const timer = setTimeout(stop, ANSWER_MAX_MS);
  signal.addEventListener('abort', stop);
  try {
    const response = await fetch(address, { signal: own.signal });
    const text = await response.text();
    return { response, body: jsonOf(text) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const problem = (
  code: Problem['code'],
  detail: string | null,
  retryAfter: number | null = null,
): Reading => ({
  kind: 'problem',
  problem: { code, detail: detail?.slice(0, DETAIL_CHARACTERS) ?? null, retryAfter },
});

function codeOf(status: number, detail: string | null): Problem['code'] {
  if (status === 401) return detail?.includes('expired') === true ? 'expired' : 'not_accepted';
  if (status === 404) return 'unknown_customer';
  if (status === 422) return 'bad_request';
  if (status === 429) return 'busy';
  return status === 503 ? 'unavailable' : 'failed';
}

const errorShape = v.object({
  detail: v.union([
    v.string(),
    v.array(v.object({ loc: v.array(v.union([v.string(), v.number()])), msg: v.string() })),
  ]),
});

/** FastAPI bodies: `{detail: "…"}`, or `{detail: [{loc, msg, …}]}` for a malformed request. */
function detailOf(body: unknown): string | null {
  const read = v.safeParse(errorShape, body);
  if (!read.success) return null;
  const { detail } = read.output;
  if (typeof detail === 'string') return detail;
  return detail.map(({ loc, msg }) => `${loc.slice(1).join('.')}: ${msg}`).join('; ');
}
