import type { StatusReason } from '@portal/projection';
import { type Dashboard, type Meta } from './api.ts';

const TITLES: Readonly<Record<Exclude<Meta['status'], 'fresh'>, string>> = {
  partial: 'Some figures are not complete',
  stale: 'These figures are not the latest',
  degraded: 'Some records could not be read',
  rebuilding: 'These figures are being rebuilt',
};

const REASONS: Readonly<Record<StatusReason['code'], string>> = {
  unavailable_charge: 'A charge could not be priced and is left out of the estimate',
  unavailable_feature: 'The usage of a feature could not be computed',
  partial_currency: 'Amounts in another currency are listed apart, not in the totals',
  usage_not_kept: 'Usage of this period is not kept any more',
  beyond_range: 'A figure is larger than can be shown',
  hole: 'A billing record could not be read',
  conflict: 'A billing record came with two different contents, and the first one counts',
  frozen: 'New records wait until the account has been repaired',
};

/** Says that the answer is less than it could be, and why; nothing while all is well. */
export function StatusBanner({ dashboard }: { readonly dashboard: Dashboard }) {
  const { status, reasons } = dashboard.meta;
  if (status === 'fresh') return null;
  return (
    <section class="banner" data-status={status} aria-labelledby="banner-title">
      <h2 id="banner-title">{TITLES[status]}</h2>
      {reasons.length > 0 && (
        <ul>
          {reasons.map((reason, index) => (
            <li key={index}>
              {REASONS[reason.code]}
              <span class="banner-detail">{reason.detail}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
