import { ForSupport } from '../speech/foreign.tsx';
import { type Speech } from '../speech/speech.ts';
import { reasonKey, type Told } from '../words.ts';

/** Why a figure is missing, for the customer; the server's own words for whoever is asked. */
export const Reason = ({
  reason,
  speech,
}: {
  readonly reason: string;
  readonly speech: Speech;
}) => <ToldReason told={{ key: reasonKey(reason), reasons: [reason] }} speech={speech} />;

export const ToldReason = ({ told, speech }: { readonly told: Told; readonly speech: Speech }) => (
  <div class="item-reason">
    {speech.say(told.key)}
    <ForSupport texts={told.reasons} speech={speech} />
  </div>
);
