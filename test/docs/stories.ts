import {
  type BillingEvent,
  type DatePolicy,
  DEFAULT_SETTINGS,
  type DetailedAnswer,
  type Settings,
  trimmedFrom,
  view,
} from '@portal/projection';
import { at, givenWith } from '@portal/testkit';
import { parseScript } from '../golden/script.ts';

/**
 * A worked example in a document: a fenced block labelled `story`, in the form of the golden stories
 * (golden/script.ts). Below such a line stand the fields to check, `path: value`, indented by two. The label
 * may name another date policy, or when the oldest usage came that a trimmed topic still holds.
 */
export interface Story {
  /** The heading it stands under. */
  readonly heading: string;
  readonly text: string;
  readonly policy: DatePolicy;
  /** When the oldest usage came that the log still holds; null: it holds all. */
  readonly oldest: string | null;
}

export interface Section {
  readonly heading: string;
  readonly stories: readonly Story[];
}

/** The sections of the deepest headings; a heading that only opens others has none. */
export function sectionsOf(markdown: string): readonly Section[] {
  const sections = markdown.split(/^(?=#{1,3} )/m).map((text) => {
    const [, hashes = '', heading = ''] = /^(#{0,3}) ?(.*)/.exec(text) ?? [];
    const blocks = text.matchAll(/^```story( fixed_days)?(?: from (\S+))?\n([\s\S]*?)^```$/gm);
    const stories = [...blocks].map(([, fixed, oldest = null, block = '']): Story => ({
      heading,
      text: block,
      policy: fixed === undefined ? 'calendar' : 'fixed_days',
      oldest,
    }));
    return { depth: hashes.length, heading, stories };
  });
  return sections.filter(
    ({ depth }, index) => depth > 1 && (sections[index + 1]?.depth ?? 0) <= depth,
  );
}

/** The story with what really comes of it in place of every expected value. */
export function retold({ text, policy, oldest }: Story): string {
  const events: BillingEvent[] = [];
  const steps = parseScript(text);
  const settings: Settings =
    oldest === null
      ? DEFAULT_SETTINGS
      : { ...DEFAULT_SETTINGS, trimmed: new Map([[0, trimmedFrom(at(oldest))]]) };
  const expectations = text.split(/^> .*$/m).slice(1);
  return steps
    .flatMap((step) => {
      if (step.kind === 'text') {
        if (step.event !== null) events.push(step.event);
        return step.lines;
      }
      const [expected = ''] = expectations.splice(0, 1);
      const told = givenWith(settings, ...events);
      const { summary } = view(told.document, at(step.now), policy);
      const answer = { ...told.at(step.now), summary };
      const paths = [...expected.matchAll(/^ {2}([\w.]+): /gm)].map(([, path = '']) => path);
      if (paths.length === 0) throw new Error(`nothing is looked at ${step.now}`);
      return [`> ${step.now}`, ...paths.map((path) => `  ${path}: ${valueAt(answer, path)}`)];
    })
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * `details.wallets.name`, `reasons.code`, or a field of the default body by its name alone. Of a list the
 * values of all entries, `none` when there are none.
 */
function valueAt({ summary, details, reasons }: DetailedAnswer, path: string): string {
  const [first = '', ...rest] = path.split('.');
  const whole: Readonly<Record<string, unknown>> = { details, reasons, ...summary };
  const found =
    first in whole
      ? follow(whole[first], rest)
      : Object.values(summary).flatMap((part: unknown) => follow(part, [first, ...rest]));
  return found.length === 0 ? 'none' : found.map(String).join(', ');
}

function follow(value: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap((entry: unknown) => follow(entry, path));
  const [name, ...rest] = path;
  if (name === undefined) return [value];
  if (value === null) return ['null'];
  const fields = value as Readonly<Record<string, unknown>>;
  return name in fields ? follow(fields[name], rest) : [];
}
