import { type ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary } from 'preact/hooks';
import { ProblemPanel } from './problem-panel.tsx';
import { type Speech } from './speech/speech.ts';

interface Props {
  readonly speech: Speech;
  /** Another value: what could not be shown may be shown now. */
  readonly occasion: unknown;
  readonly onRetry: () => void;
  readonly children: ComponentChildren;
}

/** Shows an error in place of what cannot be rendered, until there is something else to render. */
export function Guard({ speech, occasion, onRetry, children }: Props) {
  const [error, reset] = useErrorBoundary((thrown) => {
    console.error(thrown);
  }) as [unknown, () => void];
  useEffect(reset, [occasion]);
  if (error === undefined) return <>{children}</>;
  return (
    <ProblemPanel
      problem={{ code: 'failed', detail: null, retryAfter: null }}
      speech={speech}
      onRetry={() => {
        reset();
        onRetry();
      }}
    />
  );
}
