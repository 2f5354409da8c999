import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Embedded, readEmbedded, type SampleCustomer } from './api.ts';
import { Announcer } from './announcer.tsx';
import { atParameter, type Clock, NOW } from './clock.ts';
import { ClockPanel } from './clock-panel.tsx';
import { DashboardView } from './dashboard-view.tsx';
import { type Place } from './format.ts';
import { Masthead } from './masthead.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { Skeleton } from './skeleton.tsx';
import { StatusBanner } from './status-banner.tsx';
import { sampleOf } from './token.ts';
import { useDashboard } from './use-dashboard.ts';

/** The embedded server's clock as this page follows it; null where nothing is embedded. */
interface Server {
  readonly embedded: Embedded | null;
  readonly readAt: number;
}

export function Page() {
  const [server, setServer] = useState<Server | null>(null);
  const [token, setToken] = useState<string | null>(tokenOfAddress);
  const [clock, setClock] = useState<Clock>(NOW);
  useEffect(() => {
    void readEmbedded().then((embedded) => {
      setServer({ embedded, readAt: Date.now() });
      setToken((given) => given ?? embedded?.customers[0]?.token ?? '');
    });
  }, []);

  const frozen = server?.embedded?.frozen === true;
  const { shown, busy, reload } = useDashboard(token, atParameter(clock), clock === NOW && !frozen);
  const samples = server?.embedded?.customers ?? [];
  const sample = sampleOf(token ?? '', samples);
  const place = usePlace(sample);
  const now = serverNow(server);
  const pick = (chosen: SampleCustomer): void => {
    setToken(chosen.token);
    history.replaceState(null, '', `?token=${encodeURIComponent(chosen.token)}`);
  };

  return (
    <>
      <a class="skip" href="#dashboard">
        Skip to the dashboard
      </a>
      <Masthead samples={samples} chosen={sample} onPick={pick} />
      {server?.embedded != null && (
        <ClockPanel
          clock={clock}
          now={now}
          frozen={frozen}
          place={place}
          busy={busy}
          onTurn={setClock}
        />
      )}
      <main id="dashboard" tabIndex={-1} aria-busy={busy}>
        <h1 class="visually-hidden">
          {sample === null ? 'Billing overview' : `Billing overview of ${sample.name}`}
        </h1>
        {shown.kind === 'loading' && <Skeleton />}
        {shown.kind === 'problem' && <ProblemPanel problem={shown.problem} onRetry={reload} />}
        {shown.kind === 'dashboard' && (
          <>
            <StatusBanner dashboard={shown.dashboard} />
            <DashboardView shown={shown} place={place} />
          </>
        )}
      </main>
      <Announcer shown={shown} clock={clock} place={place} />
      <footer class="foot">
        <p>
          {sample === null
            ? `Times are shown for ${place.timezone}.`
            : `Times are shown for ${place.timezone}. This server runs on its own events: no real bill is shown.`}
        </p>
      </footer>
    </>
  );
}

const tokenOfAddress = (): string | null => new URLSearchParams(location.search).get('token');

/** Where the server's clock stands; a running one moves with ours. */
function serverNow(server: Server | null): number {
  if (server?.embedded == null) return Date.now();
  const read = Date.parse(server.embedded.now);
  return server.embedded.frozen ? read : read + (Date.now() - server.readAt);
}

/** The sample's own language and zone, else this browser's. */
function usePlace(sample: SampleCustomer | null): Place {
  return useMemo(
    () => ({
      locale: sample?.locale ?? navigator.language,
      timezone: sample?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    }),
    [sample?.locale, sample?.timezone],
  );
}
