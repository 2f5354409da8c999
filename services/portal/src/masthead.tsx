import { type SampleCustomer } from './api.ts';
import { glance, isolated } from './speech/foreign-text.ts';
import { Foreign } from './speech/foreign.tsx';
import { type Speech } from './speech/speech.ts';

interface Props {
  readonly samples: readonly SampleCustomer[];
  readonly chosen: SampleCustomer | null;
  readonly speech: Speech;
  readonly onPick: (sample: SampleCustomer) => void;
}

/** Name of the page, and whose page it is. */
export function Masthead({ samples, chosen, speech, onPick }: Props) {
  return (
    <header class="masthead">
      <div class="masthead-inner">
        <div class="brand">
          <img src="icon.svg" alt="" width="32" height="32" />
          <span>{speech.say('page.brand')}</span>
        </div>
        {samples.length > 0 && (
          <Picker samples={samples} chosen={chosen} speech={speech} onPick={onPick} />
        )}
      </div>
    </header>
  );
}

function Picker({ samples, chosen, speech, onPick }: Props) {
  const { say } = speech;
  return (
    <div class="picker">
      <label for="customer">{say('picker.label')}</label>
      <select
        id="customer"
        aria-describedby="customer-description"
        onChange={(event) => {
          const sample = samples[Number(event.currentTarget.value)];
          if (sample !== undefined) onPick(sample);
        }}
      >
        {chosen === null && <option selected>{say('picker.link')}</option>}
        {samples.map((sample, index) => (
          <option key={sample.token} value={index} selected={sample === chosen}>
            {isolated(glance(sample.name))}
          </option>
        ))}
      </select>
      <p id="customer-description" class="picker-description">
        {chosen === null ? say('picker.linkHint') : <Description sample={chosen} speech={speech} />}
      </p>
    </div>
  );
}

/** Written in English, and so shown where the page is: one page, one language. */
const Description = ({ sample, speech }: { sample: SampleCustomer; speech: Speech }) =>
  speech.language === 'en' ? <Foreign text={sample.description} speech={speech} /> : null;
