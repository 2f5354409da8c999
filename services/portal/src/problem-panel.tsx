import { type Problem } from './api.ts';

const TEXTS: Readonly<Record<Problem['code'], { readonly title: string; readonly text: string }>> =
  {
    expired: {
      title: 'This link has expired',
      text: 'Portal links work for a limited time. Ask your supplier for a new one.',
    },
    not_accepted: {
      title: 'This link is not valid',
      text: 'It may have been cut off when it was copied, or withdrawn. Ask your supplier for a new one.',
    },
    unknown_customer: {
      title: 'There is no billing data yet',
      text: 'The link is valid, but nothing has been recorded for this account, or the account was removed.',
    },
    bad_request: {
      title: 'This address is not complete',
      text: 'Open the page with the whole link you were given.',
    },
    busy: {
      title: 'Too many requests',
      text: 'Please wait a moment; the page tries again by itself.',
    },
    unavailable: {
      title: 'Billing data cannot be reached right now',
      text: 'Nothing is lost and nothing is wrong with your account. The page tries again by itself.',
    },
    failed: {
      title: 'Something went wrong on our side',
      text: 'The dashboard could not be shown. Please try again; if it stays, tell support what you see here.',
    },
    offline: {
      title: 'The server does not answer',
      text: 'Check your connection and try again.',
    },
  };

/** Trying the same link again cannot help these. */
const FINAL: readonly Problem['code'][] = ['expired', 'not_accepted', 'bad_request'];

export function ProblemPanel({
  problem,
  onRetry,
}: {
  readonly problem: Problem;
  readonly onRetry: () => void;
}) {
  const { title, text } = TEXTS[problem.code];
  return (
    <section class="problem" role="alert" aria-labelledby="problem-title">
      <h2 id="problem-title">{title}</h2>
      <p>{text}</p>
      {problem.detail !== null && (
        <p class="problem-detail">
          For support: <q>{problem.detail}</q>
        </p>
      )}
      {!FINAL.includes(problem.code) && (
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </section>
  );
}
