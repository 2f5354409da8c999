import { type Problem } from './api.ts';
import { ForSupport } from './speech/foreign.tsx';
import { type Speech } from './speech/speech.ts';

/** Trying the same link again cannot help these. */
const FINAL: readonly Problem['code'][] = ['expired', 'not_accepted', 'bad_request'];

interface Props {
  readonly problem: Problem;
  readonly speech: Speech;
  readonly onRetry: () => void;
}

export function ProblemPanel({ problem: { code, detail }, speech, onRetry }: Props) {
  return (
    <section class="problem" role="alert" aria-labelledby="problem-title">
      <h2 id="problem-title">{speech.say(`problem.${code}.title`)}</h2>
      <p>{speech.say(`problem.${code}.text`)}</p>
      {detail !== null && <ForSupport texts={[detail]} speech={speech} />}
      {!FINAL.includes(code) && (
        <button type="button" class="button" onClick={onRetry}>
          {speech.say('problem.retry')}
        </button>
      )}
    </section>
  );
}
