import { useEffect, useState } from 'preact/hooks';
import { type Embedded, readEmbedded, type SampleCustomer } from './api.ts';
import { Announcer } from './announcer.tsx';
import { atParameter, type Clock, NOW } from './clock.ts';
import { ClockPanel } from './clock-panel.tsx';
import { DashboardView } from './dashboard-view.tsx';
import { Guard } from './guard.tsx';
import { Masthead } from './masthead.tsx';
import { ProblemPanel } from './problem-panel.tsx';
import { Skeleton } from './skeleton.tsx';
import { Glance } from './speech/foreign.tsx';
import { type Place } from './speech/speech.ts';
import { ENGLISH, useSpeech } from './speech/use-speech.ts';
import { sampleOf } from './token.ts';
import { type Shown, useDashboard } from './use-dashboard.ts';

/** The embedded server's clock as this page follows it; null where nothing is embedded. */
interface Server {
  readonly embedded: Embedded | null;
  readonly readAt: number;
}

/** Whatever is thrown below, an error is shown and not a blank. */
export const Page = () => (
  <Guard speech={ENGLISH} occasion={null} onRetry={reloadPage}>
    <Speaking />
  </Guard>
);

/** What is read, and the language it is shown in. */
function Speaking() {
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
  const reading = useDashboard(token, atParameter(clock), clock === NOW && !frozen);
  const { customer } = reading;
  const { speech, isSettled } = useSpeech(customer?.locale ?? null);
  const pick = (chosen: SampleCustomer): void => {
    setToken(chosen.token);
    history.replaceState(null, '', `?token=${encodeURIComponent(chosen.token)}`);
  };
  if (speech === null) return <Wordless />;
  const timezone = customer?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Guard speech={speech} occasion={reading.shown} onRetry={reading.reload}>
      <Frame
        server={server}
        token={token ?? ''}
        clock={clock}
        // The words for this answer are on their way.
        shown={isSettled ? reading.shown : { kind: 'loading' }}
        busy={reading.busy}
        place={{ ...speech, timezone }}
        onPick={pick}
        onMove={setClock}
        onRetry={reading.reload}
      />
    </Guard>
  );
}

interface FrameProps {
  readonly server: Server | null;
  readonly token: string;
  readonly clock: Clock;
  readonly shown: Shown;
  readonly busy: boolean;
  readonly place: Place;
  readonly onPick: (sample: SampleCustomer) => void;
  readonly onMove: (clock: Clock) => void;
  readonly onRetry: () => void;
}

function Frame(props: FrameProps) {
  const { server, clock, shown, busy, place } = props;
  const samples = server?.embedded?.customers ?? [];
  const sample = sampleOf(props.token, samples);
  return (
    <>
      <a class="skip" href="#dashboard">
        {place.say('page.skip')}
      </a>
      <Masthead samples={samples} chosen={sample} speech={place} onPick={props.onPick} />
      {server?.embedded != null && (
        <ClockPanel
          clock={clock}
          now={serverNow(server)}
          frozen={server.embedded.frozen}
          place={place}
          busy={busy}
          onMove={props.onMove}
        />
      )}
      <main id="dashboard" tabIndex={-1} aria-busy={busy}>
        <h1 class="visually-hidden">
          {sample === null
            ? place.say('page.title')
            : place.show('page.titleOf', { name: <Glance text={sample.name} /> })}
        </h1>
        <Guard speech={place} occasion={shown} onRetry={props.onRetry}>
          <Main shown={shown} place={place} onRetry={props.onRetry} />
        </Guard>
      </main>
      <Announcer shown={shown} clock={clock} place={place} />
      <footer class="foot">
        <p>{place.say('page.zone', { zone: place.timezone })}</p>
        {sample !== null && <p>{place.say('page.embedded')}</p>}
      </footer>
    </>
  );
}

function Main({ shown, place, onRetry }: Pick<FrameProps, 'shown' | 'place' | 'onRetry'>) {
  switch (shown.kind) {
    case 'loading':
      return <Skeleton />;
    case 'problem':
      return <ProblemPanel problem={shown.problem} speech={place} onRetry={onRetry} />;
    case 'dashboard':
      return <DashboardView shown={shown} place={place} />;
    default:
      return shown satisfies never;
  }
}

/** Before there are words in any language. */
const Wordless = () => (
  <main aria-busy="true">
    <Skeleton />
  </main>
);

const reloadPage = (): void => {
  location.reload();
};

const tokenOfAddress = (): string | null => new URLSearchParams(location.search).get('token');

/** Where the server's clock stands; a running one moves with ours. */
function serverNow(server: Server): number {
  if (server.embedded === null) return Date.now();
  const read = Date.parse(server.embedded.now);
  return server.embedded.frozen ? read : read + (Date.now() - server.readAt);
}
