import { type ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
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
  const failedAt = useRef<unknown>(null);
  const [error, reset] = useErrorBoundary((thrown) => {
    failedAt.current = occasion;
    console.error(thrown);
  }) as [unknown, () => void];
  useEffect(() => {
    if (error !== undefined && failedAt.current !== occasion) reset();
  }, [error, occasion, reset]);
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
