import { BillsCard } from './cards/bills.tsx';
import { ChargesCard } from './cards/charges.tsx';
import { InvoicesCard } from './cards/invoices.tsx';
import { TotalsCard } from './cards/totals.tsx';
import { UsageCard } from './cards/usage.tsx';
import { Highlights } from './cards/value.tsx';
import { WalletCard } from './cards/wallet.tsx';
import { type Place } from './speech/speech.ts';
import { StatusBanner } from './status-banner.tsx';
import { type Shown } from './use-dashboard.ts';

type Ready = Extract<Shown, { kind: 'dashboard' }>;

/** The cards, most asked-for first: in one column on a phone, in two beside each other else. */
export function DashboardView({ shown, place }: { readonly shown: Ready; readonly place: Place }) {
  const { dashboard, changed, answer } = shown;
  return (
    <Highlights.Provider value={{ changed, answer }}>
      <StatusBanner dashboard={dashboard} speech={place} />
      <div class="columns">
        <div class="column">
          <BillsCard dashboard={dashboard} place={place} />
          <ChargesCard dashboard={dashboard} place={place} />
        </div>
        <div class="column">
          <UsageCard dashboard={dashboard} place={place} />
          <WalletCard dashboard={dashboard} place={place} />
          <InvoicesCard dashboard={dashboard} speech={place} />
          <TotalsCard dashboard={dashboard} speech={place} />
        </div>
      </div>
    </Highlights.Provider>
  );
}
