import { type Dashboard } from './api.ts';
import { type PlainKey } from './speech/messages.ts';
import { ForSupport } from './speech/foreign.tsx';
import { type Speech } from './speech/speech.ts';
import { toldOnce } from './words.ts';

const TITLES = ['partial', 'stale', 'degraded', 'rebuilding'] as const;

/** What a banner is called that has one kind of reason, where the status would say too much. */
const OF_ONE_KIND: Readonly<Record<string, 'contradiction' | 'zone_rules' | undefined>> = {
  conflict: 'contradiction',
  time_zone_data: 'zone_rules',
};

const REASONS = [
  'unavailable_charge',
  'unavailable_feature',
  'partial_currency',
  'period_not_kept',
  'beyond_range',
  'hole',
  'many_holes',
  'conflict',
  'time_zone_data',
] as const;

/** Says that the answer is less than it could be, and why; nothing while all is well. */
export function StatusBanner({
  dashboard,
  speech,
}: {
  readonly dashboard: Dashboard;
  readonly speech: Speech;
}) {
  const { status, reasons } = dashboard.meta;
  if (status === 'fresh') return null;
  // A newer server may know more words, here and below.
  const [kind, ...others] = [...new Set(reasons.map(({ code }) => code))];
  const own = kind === undefined || others.length > 0 ? undefined : OF_ONE_KIND[kind];
  const title = own ?? TITLES.find((one) => one === status) ?? 'partial';
  const lines = reasons.map(({ code, detail }) => ({ key: keyOf(code), reason: detail }));
  return (
    <section class="banner" data-status={status} aria-labelledby="banner-title">
      <h2 id="banner-title">{speech.say(`status.${title}`)}</h2>
      {lines.length > 0 && (
        <ul>
          {toldOnce(lines).map(({ key, reasons: details }) => (
            <li key={key}>
              {speech.say(key)}
              <ForSupport texts={details} speech={speech} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function keyOf(code: string): PlainKey {
  const known = REASONS.find((one) => one === code);
  return known === undefined ? 'status.other' : `status.${known}`;
}
