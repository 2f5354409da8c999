import { type SampleCustomer } from './api.ts';

interface Props {
  readonly samples: readonly SampleCustomer[];
  readonly chosen: SampleCustomer | null;
  readonly onPick: (sample: SampleCustomer) => void;
}

/** Name of the page, and whose page it is. */
export function Masthead({ samples, chosen, onPick }: Props) {
  return (
    <header class="masthead">
      <div class="masthead-inner">
        <div class="brand">
          <img src="icon.svg" alt="" width="32" height="32" />
          <span>Billing</span>
        </div>
        {samples.length > 0 && (
          <div class="picker">
            <label for="customer">Sample customer</label>
            <select
              id="customer"
              aria-describedby="customer-description"
              onChange={(event) => {
                const sample = samples[Number(event.currentTarget.value)];
                if (sample !== undefined) onPick(sample);
              }}
            >
              {chosen === null && <option selected>From your link</option>}
              {samples.map((sample, index) => (
                <option key={sample.token} value={index} selected={sample === chosen}>
                  {sample.name}
                </option>
              ))}
            </select>
            <p id="customer-description" class="picker-description">
              {chosen?.description ?? 'Opened with the token of the link.'}
            </p>
          </div>
        )}
      </div>
    </header>
  );
}
