import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Dashboard, type Problem, readDashboard } from './api.ts';
import { type CardName, changedCards, changedFigures, type Figure } from './changes.ts';

type Customer = Dashboard['details']['customer'];

/** What the page shows of one customer at one instant. */
export type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | {
      readonly kind: 'dashboard';
      readonly dashboard: Dashboard;
      /** Figures that differ from the answer before, for the eye … */
      readonly changed: ReadonlySet<Figure>;
      /** … and the cards they stand in, for the ear. */
      readonly changedCards: readonly CardName[];
      /** Counts the answers, so that a highlight starts anew with each. */
      readonly answer: number;
    };

const FAILED: Problem = { code: 'failed', detail: null, retryAfter: null };

/** How often a running clock is read again. */
const REFRESH_MS = 30_000;

/** Waiting a moment keeps a dragged slider from asking for every day it passes. */
const SETTLE_MS = 80;

/**
 * Reads the dashboard whenever the token or the instant changes, and every half minute while `live`.
 * A newer question cancels the older; the last answer stays on the page until the next one is there.
 * `customer` is the last one that answered: the page keeps its language while it reads the next.
 */
export function useDashboard(token: string | null, at: string | null, live: boolean) {
  const [shown, setShown] = useState<Shown>({ kind: 'loading' });
  const [busy, setBusy] = useState(true);
  const [asked, setAsked] = useState(0);
  const [customer, setCustomer] = useState<Customer | null>(null);
  const lastToken = useRef<string | null>(null);
  const reload = useCallback(() => {
    setAsked((times) => times + 1);
  }, []);

  useEffect(() => {
    if (token === null) return;
    const sameCustomer = lastToken.current === token;
    lastToken.current = token;
    if (!sameCustomer) setShown({ kind: 'loading' });
    setBusy(true);
    const abort = new AbortController();
    const ask = async (): Promise<void> => {
      try {
        const reading = await readDashboard(token, at, abort.signal);
        if (reading.kind === 'problem') setShown(reading);
        else {
          const { dashboard } = reading;
          setShown((before) => following(before, dashboard));
          setCustomer(dashboard.details.customer);
        }
      } catch (error) {
        // Cancelled: a newer question is on its way.
        if (abort.signal.aborted) return;
        console.error(error);
        setShown({ kind: 'problem', problem: FAILED });
      }
      setBusy(false);
    };
    const timer = setTimeout(() => void ask(), sameCustomer ? SETTLE_MS : 0);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [token, at, asked]);

  useAgain(live && token !== null && shown.kind === 'dashboard', REFRESH_MS, reload);
  const wait = shown.kind === 'problem' ? shown.problem.retryAfter : null;
  useAgain(wait !== null, Math.max(1, wait ?? 1) * 1_000, reload);
  return { shown, busy, reload, customer };
}

/** Calls `again` at an interval while `on`, but not on a hidden page. */
function useAgain(on: boolean, everyMs: number, again: () => void): void {
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => {
      if (!document.hidden) again();
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [on, everyMs, again]);
}

function following(before: Shown, dashboard: Dashboard): Shown {
  if (before.kind !== 'dashboard') {
    return { kind: 'dashboard', dashboard, changed: new Set(), changedCards: [], answer: 1 };
  }
  return {
    kind: 'dashboard',
    dashboard,
    changed: changedFigures(before.dashboard, dashboard),
    changedCards: changedCards(before.dashboard, dashboard),
    answer: before.answer + 1,
  };
}
