import type { DashboardSummary, Details, StatusReason } from '@portal/projection';

/** How complete and how current the answer is, in the server's words. */
export interface Meta {
  readonly status: 'fresh' | 'stale' | 'partial' | 'degraded' | 'rebuilding';
  readonly reasons: readonly StatusReason[];
}

/** The body of `GET /portal/dashboard_summary` with `include=details,meta`. */
export type Dashboard = DashboardSummary & { readonly details: Details; readonly meta: Meta };

/** One of the embedded server's customers, with a token that opens its dashboard. */
export interface SampleCustomer {
  readonly name: string;
  readonly description: string;
  readonly locale: string;
  readonly timezone: string;
  readonly currency: string;
  readonly token: string;
}

/** The body of `GET /embedded/customers`. `frozen`: the server's clock stands still at `now`. */
export interface Embedded {
  readonly now: string;
  readonly frozen: boolean;
  readonly customers: readonly SampleCustomer[];
}

/** Why there is nothing to show. The words are ours; `detail` is the server's, for support. */
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

/**
 * Reads one customer's dashboard, `at` an instant (ISO 8601) or now. Never rejects, except with the
 * signal's AbortError.
 */
export async function readDashboard(
  token: string,
  at: string | null,
  signal: AbortSignal,
): Promise<Reading> {
  const query = new URLSearchParams({ token, include: 'details,meta' });
  if (at !== null) query.set('at', at);
  try {
    const response = await fetch(`portal/dashboard_summary?${query.toString()}`, { signal });
    if (!response.ok) return { kind: 'problem', problem: await problemOf(response) };
    return { kind: 'ready', dashboard: (await response.json()) as Dashboard };
  } catch (error) {
    if (signal.aborted) throw error;
    return { kind: 'problem', problem: { code: 'offline', detail: null, retryAfter: null } };
  }
}

/** The embedded server's clock and customers; null where the page is served by anything else. */
export async function readEmbedded(): Promise<Embedded | null> {
  try {
    const response = await fetch('embedded/customers');
    return response.ok ? ((await response.json()) as Embedded) : null;
  } catch {
    return null;
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const detail = detailOf(await response.json().catch(() => null));
  const seconds = Number(response.headers.get('retry-after') ?? 'none');
  return {
    code: codeOf(response.status, detail),
    detail,
    retryAfter: Number.isFinite(seconds) ? seconds : null,
  };
}

function codeOf(status: number, detail: string | null): Problem['code'] {
  if (status === 401) return detail?.includes('expired') === true ? 'expired' : 'not_accepted';
  if (status === 404) return 'unknown_customer';
  if (status === 422) return 'bad_request';
  if (status === 429) return 'busy';
  return status === 503 ? 'unavailable' : 'failed';
}

/** FastAPI bodies: `{detail: "…"}`, or `{detail: [{loc, msg, …}]}` for a malformed request. */
function detailOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('detail' in body)) return null;
  if (typeof body.detail === 'string') return body.detail;
  if (!Array.isArray(body.detail)) return null;
  const issues = body.detail as readonly {
    readonly loc: readonly unknown[];
    readonly msg: string;
  }[];
  return issues.map((issue) => `${issue.loc.slice(1).join('.')}: ${issue.msg}`).join('; ');
}
